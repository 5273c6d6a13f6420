"""Completions with drafts, one at a time: by a smaller model, or copied from earlier text."""

from __future__ import annotations

from typing import Any

import torch
from transformers import GenerationConfig, StoppingCriteria, StoppingCriteriaList
from worker.channel import Channel
from worker.choosing import refuse_nan
from worker.generating import Clock
from worker.model import Model
from worker.protocol import Refused


def generate_assisted(model: Model, draft: Model | None, sequence: dict[str, Any], channel: Channel) -> float:
    """transformers' assisted generation, with what adapts itself between answers held fixed."""
    if draft is None:
        raise Refused("assisted decoding needs a draft model; name one with --draft")
    decode = sequence["decode"]
    fixed = {
        "num_assistant_tokens": decode["maxDraft"],
        "num_assistant_tokens_schedule": "constant",
        "assistant_confidence_threshold": 0,
    }
    ends = sorted(model.ends) or None
    draft.module.generation_config = GenerationConfig(eos_token_id=ends, **fixed)
    clock = Clock(model)
    ids = torch.tensor([sequence["tokens"]], device=model.device)
    watch = _Watch(model, clock, channel, ids.shape[1])
    handle = model.module.register_forward_pre_hook(watch.count, with_kwargs=True)
    try:
        model.module.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            assistant_model=draft.module,
            generation_config=GenerationConfig(
                do_sample=False,
                max_new_tokens=sequence["maxTokens"],
                eos_token_id=ends,
                pad_token_id=0,
                **fixed,
            ),
            stopping_criteria=StoppingCriteriaList([watch]),
        )
    finally:
        handle.remove()
    return clock.read()


class _Watch(StoppingCriteria):
    """Tells of each round's tokens, and ends the generation where the parent says so."""

    def __init__(self, model: Model, clock: Clock, channel: Channel, seen: int) -> None:
        self._model, self._clock, self._channel = model, clock, channel
        self._prompt = self._seen = seen
        self._inputs = 0

    def count(self, _module: Any, _args: Any, kwargs: dict[str, Any]) -> None:
        self._inputs = kwargs["input_ids"].shape[1]

    def __call__(self, input_ids: torch.Tensor, scores: Any, **_: Any) -> torch.Tensor:
        new = input_ids[0, self._seen :].tolist()
        # The first pass reads the prompt too, each later one the last token.
        drafted = self._inputs - (self._prompt if self._seen == self._prompt else 1)
        self._seen = input_ids.shape[1]
        ended = self._clock.ask(self._channel, tokens=[new], drafted=drafted, accepted=len(new) - 1)
        return torch.full((1,), bool(ended), dtype=torch.bool, device=input_ids.device)


def generate_lookup(model: Model, sequence: dict[str, Any], channel: Channel) -> float:
    """Greedy, with drafts copied from behind the last place where the last tokens stood before."""
    decode = sequence["decode"]
    clock = Clock(model)
    cache = model.new_cache()
    history = list(sequence["tokens"])
    pending = history
    draft: list[int] = []
    while True:
        # The prompt's own pass checks no draft: the first token comes from the prefill.
        ids = torch.tensor([pending + draft], device=model.device)
        logits = model.step(ids, cache, keep=len(draft) + 1)[0]
        refuse_nan(logits)
        chosen = logits.argmax(-1).tolist()
        accepted = next((n for n, token in enumerate(draft) if token != chosen[n]), len(draft))
        new = chosen[: accepted + 1]
        history += new
        if accepted < len(draft):
            cache.crop(len(history) - 1)
        if clock.ask(channel, tokens=[new], drafted=len(draft), accepted=accepted):
            return clock.read()
        pending = history[-1:]
        room = sequence["maxTokens"] - (len(history) - len(sequence["tokens"])) - 1
        draft = look_up(history, decode)[: max(0, room)]


def look_up(history: list[int], decode: dict[str, Any]) -> list[int]:
    """What followed where the longest match of the last tokens ended; of those the last one."""
    for size in range(decode["ngramMax"], decode["ngramMin"] - 1, -1):
        last = history[-size:]
        for end in range(len(history) - 1, size - 1, -1):
            if history[end - size : end] == last:
                return history[end : end + decode["maxDraft"]]
    return []
