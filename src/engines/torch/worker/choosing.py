"""The next token, from the logits of its place."""

from __future__ import annotations

from typing import Any

import torch
from worker.noise import gumbel, noise_bits
from worker.protocol import Refused

# Enough that top-p seldom needs the rest sorted too.
LIKELIEST = 4096


class Chooser:
    """One completion's way of choosing; what it draws depends on its own seed and its places alone."""

    def __init__(self, decode: dict[str, Any], seed: int) -> None:
        self._decode = decode
        self._seed = seed
        self._position = -1

    def choose(self, logits: torch.Tensor) -> int:
        self._position += 1
        if self._decode["mode"] != "sample":
            return int(logits.argmax())
        return self._draw(logits.double().cpu())

    def _draw(self, logits: torch.Tensor) -> int:
        """As llama.cpp: top-k and top-p cut off first, the temperature applies to what is left."""
        kept, ids = self._cut(logits)
        bits = noise_bits(self._seed, self._position, ids)
        return int(ids[(kept / self._decode["temperature"] + gumbel(bits.double(), _frexp)).argmax()])

    def _cut(self, logits: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        top_k, top_p = self._decode["topK"], self._decode["topP"]
        size = logits.shape[-1]
        if top_k == 0 and top_p == 1:
            return logits, torch.arange(size)
        count = min(size, top_k or LIKELIEST)
        kept, ids = logits.topk(count)
        if top_p == 1:
            return kept, ids
        total = torch.logsumexp(kept if top_k else logits, -1)
        before = torch.exp(kept - total).cumsum(-1)
        if top_k == 0 and float(before[-1]) < top_p and count < size:
            kept, ids = logits.sort(descending=True)
            before = torch.exp(kept - total).cumsum(-1)
        # The first whose sum reaches top-p is the last that stays.
        stay = int((before < top_p).sum()) + 1
        return kept[:stay], ids[:stay]


def _frexp(values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    mantissa, exponent = torch.frexp(values)
    return mantissa, exponent.double()


def refuse_nan(logits: torch.Tensor) -> None:
    """A type that overflows gives no numbers, and a choice among them would be a wrong completion."""
    if bool(torch.isnan(logits).any()):
        raise Refused("the model's logits are no numbers (NaN): its type overflows; use bf16 or fp32")
