"""What transformers computes with a folder: token ids in as JSON, log-probabilities out.

Runs where torch is; the converter does not need it.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def main() -> None:
    try:
        import torch
        from transformers import AutoModelForCausalLM
    except ImportError as error:
        answer({"kind": "lacking", "reason": str(error)})
        return
    request = json.loads(sys.stdin.read())
    try:
        model = AutoModelForCausalLM.from_pretrained(
            request["folder"],
            dtype=torch.float32,
            attn_implementation="eager",
            local_files_only=True,
            use_safetensors=True,
        )
        answer({"kind": "scored", "scores": [score(torch, model, one) for one in request["windows"]]})
    except Exception as error:  # Whatever transformers throws, a line of it goes to the user.
        answer({"kind": "failed", "reason": str(error).strip().split("\n")[0]})


def score(torch: Any, model: Any, tokens: list[int]) -> list[float]:
    """Natural logarithm of each token's probability after those before it, but the first."""
    with torch.inference_mode():
        logits = model(torch.tensor([tokens])).logits[0, :-1].double()
        chosen = torch.tensor(tokens[1:])[:, None]
        found: list[float] = logits.log_softmax(-1).gather(1, chosen)[:, 0].tolist()
    return found


def answer(message: dict[str, Any]) -> None:
    print(json.dumps(message), flush=True)


if __name__ == "__main__":
    main()
