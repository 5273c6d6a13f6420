"""Fixed lengths, timed: what the model says is not looked at."""

from __future__ import annotations

import gc
from typing import Any

import torch
from worker.channel import Channel
from worker.generating import Clock
from worker.model import Model

# Told at most so often, so that telling costs nothing.
PASSES = 16


def benchmark(model: Model, prompts: list[list[int]], new_tokens: int, channel: Channel) -> dict[str, Any]:
    """One prefill of all prompts and `new_tokens` passes with one token of each, after a short warm-up."""
    gc.collect()
    ids = torch.tensor(prompts, device=model.device)
    _passes(model, ids[:, :1], 1, channel)
    clock = Clock(model)
    prefill_ms = _passes(model, ids, new_tokens, channel, clock)
    return {"prefillMs": prefill_ms, "decodeMs": clock.read() - prefill_ms}


def _passes(
    model: Model, ids: torch.Tensor, new_tokens: int, channel: Channel, clock: Clock | None = None
) -> float:
    """Gives the milliseconds up to every sequence's first token."""
    cache = model.new_cache()
    chosen = model.step(ids, cache)[:, -1].argmax(-1, keepdim=True)
    prefill_ms = 0.0 if clock is None else clock.read()
    for done in range(new_tokens):
        chosen = model.step(chosen, cache)[:, -1].argmax(-1, keepdim=True)
        if done % PASSES == 0:
            channel.tell("working")
    return prefill_ms
