"""Completions of a batch, a pass at a time; the parent reads the text and says which have ended."""

from __future__ import annotations

import time
from typing import Any

import torch
from worker.channel import Channel
from worker.choosing import Chooser, refuse_nan
from worker.model import Model


class Clock:
    """Milliseconds of work: it stands still while the parent looks at the text."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._start = time.perf_counter()
        self._idle = 0.0

    def read(self) -> float:
        self._model.synchronize()
        return (time.perf_counter() - self._start - self._idle) * 1e3

    def ask(self, channel: Channel, **step: Any) -> set[int]:
        at_ms = self.read()
        stopped = time.perf_counter()
        ended = channel.ask_ended(**step, atMs=at_ms)
        self._idle += time.perf_counter() - stopped
        return ended


def generate(model: Model, sequences: list[dict[str, Any]], channel: Channel) -> float:
    """Generates until all have ended; gives the milliseconds that it took."""
    clock = Clock(model)
    choosers = [Chooser(one["decode"], one["seed"]) for one in sequences]
    ids, mask, positions = pad([one["tokens"] for one in sequences])
    ids, positions = ids.to(model.device), positions.to(model.device)
    mask = None if mask is None else mask.to(model.device)
    cache = model.new_cache()
    rows = list(range(len(sequences)))
    while True:
        logits = model.step(ids, cache, mask=mask, positions=positions)[:, -1]
        refuse_nan(logits)
        chosen = [choosers[row].choose(logits[place]) for place, row in enumerate(rows)]
        ended = clock.ask(channel, tokens=[[token] for token in chosen])
        stay = [place for place in range(len(rows)) if place not in ended]
        if not stay:
            return clock.read()
        if len(stay) < len(rows):
            keep = torch.tensor(stay, device=model.device)
            cache.batch_select_indices(keep)
            positions = positions[keep]
            mask = None if mask is None else mask[keep]
        rows = [rows[place] for place in stay]
        ids = torch.tensor([[chosen[place]] for place in stay], device=model.device)
        positions = positions[:, -1:] + 1
        if mask is not None:
            mask = torch.cat([mask, mask.new_ones(len(rows), 1)], 1)


def pad(prompts: list[list[int]]) -> tuple[torch.Tensor, torch.Tensor | None, torch.Tensor]:
    """Ids padded on the left, what is no padding (`None`: everything), and places counted without it."""
    width = max(map(len, prompts))
    gaps = [width - len(prompt) for prompt in prompts]
    ids = torch.tensor([[0] * gap + prompt for gap, prompt in zip(gaps, prompts)])
    mask = torch.tensor([[0] * gap + [1] * len(prompt) for gap, prompt in zip(gaps, prompts)])
    positions = (mask.cumsum(-1) - 1).clamp(min=0)
    return ids, mask if any(gaps) else None, positions
