"""Safetensors to GGUF. Reads one JSON request, writes JSON lines: progress, then the outcome.

A request without `output` asks whether the folder can be converted; without `shards`, its weights apart.
"""

from __future__ import annotations

import json
import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from reading import Model, match_weights, read_model  # noqa: E402
from refusal import Refusal  # noqa: E402
from writing import write_gguf  # noqa: E402


def main() -> None:
    request = json.loads(sys.stdin.read())
    try:
        say(convert(request))
    except Refusal as refusal:
        say({"kind": "refused", "reason": str(refusal)})
    except OSError as error:
        say({"kind": "failed", "reason": str(error), "errno": error.errno})


def convert(request: dict[str, Any]) -> dict[str, Any]:
    model = read_model(Path(request["folder"]))
    answer = {
        "architecture": model.plan.architecture,
        "tokens": [encode(model, text) for text in request["texts"]],
        "notes": [*model.plan.notes, *model.vocabulary.notes],
        "packages": {name: version(name) for name in ("gguf", "tokenizers")},
    }
    if "shards" not in request:
        return {"kind": "looked", **answer}
    matched = match_weights(model, request["shards"])
    if "output" not in request:
        return {"kind": "looked", **answer}
    say({"kind": "started", "total": len(matched)})
    output, kind = Path(request["output"]), request["type"].upper()
    write_gguf(model, matched, kind, output, lambda done: say({"kind": "tensor", "done": done}))
    return {"kind": "done", **answer}


def encode(model: Model, text: str) -> list[int]:
    return list(model.tokenizer.encode(text, add_special_tokens=False).ids)


def say(message: dict[str, Any]) -> None:
    """Whoever started this may have gone: then nothing is left to do."""
    try:
        print(json.dumps(message), flush=True)
    except BrokenPipeError:
        os._exit(1)


if __name__ == "__main__":
    main()
