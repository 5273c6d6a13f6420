"""Answers questions about one model until its parent goes. Started by start.ts; see docs/torch.md."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

# Weights are on this machine: nothing that is loaded may ask a network, or write into this folder.
os.environ |= {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "TOKENIZERS_PARALLELISM": "false",
}
sys.path.insert(0, str(Path(__file__).parent.parent))

from worker.channel import Channel  # noqa: E402
from worker.offline import refuse_network  # noqa: E402
from worker.parent import end_with_parent  # noqa: E402
from worker.protocol import ProtocolError, Refused, check_question  # noqa: E402


def main() -> None:
    end_with_parent()
    refuse_network()
    channel = Channel()
    session: Any = None
    while True:
        question = channel.receive()
        try:
            check_question(question)
            if question["kind"] == "open":
                # Heavy: torch and transformers take seconds to import.
                from worker.session import Session

                session = Session.open(question, channel)
            elif session is None:
                raise ProtocolError(f"asked to {question['kind']} before a model was opened")
            else:
                session.answer(question)
        except Refused as refused:
            channel.tell("refused", errorKind=refused.kind, message=str(refused))
        except Exception as error:  # whatever went wrong is the answer
            channel.tell_failure(error)


main()
