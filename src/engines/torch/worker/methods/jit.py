"""A model traced into TorchScript and frozen: report 3's way, which torch has deprecated and still runs."""

from __future__ import annotations

import inspect
import warnings
from types import SimpleNamespace
from typing import Any

import torch
from transformers import DynamicCache
from worker.instructions import processor
from worker.methods import Audit, Loaded, LoadRequest, instruction_set, weight_bytes
from worker.pretrained import from_pretrained

# What the example for the trace has in its cache and brings anew; other lengths compute the same.
BEFORE, NEW = 4, 3


class Step(torch.nn.Module):
    """A pass with tensors alone: `places` are those whose logits are wanted."""

    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__()
        self.model = model
        # transformers 5.24 renames it.
        self.cache_name = "cache" if "cache" in inspect.signature(model.forward).parameters else "past_key_values"

    def forward(
        self, ids: torch.Tensor, mask: torch.Tensor, positions: torch.Tensor, places: torch.Tensor, *kept: torch.Tensor
    ) -> tuple[torch.Tensor, ...]:
        cache = DynamicCache(list(zip(kept[::2], kept[1::2])))
        output = self.model(
            input_ids=ids,
            attention_mask=mask,
            position_ids=positions,
            use_cache=True,
            logits_to_keep=places,
            **{self.cache_name: cache},
        )
        return output.logits, *(tensor for layer in cache.layers for tensor in (layer.keys, layer.values))


class Traced(torch.nn.Module):
    """Called as a model of transformers is."""

    def __init__(self, model: torch.nn.Module, step: Any) -> None:
        super().__init__()
        self.config = model.config
        self.generation_config = getattr(model, "generation_config", None)
        self._step = step
        self._empty = empty_cache(model, 1)

    def forward(
        self,
        input_ids: torch.Tensor,
        past_key_values: Any,
        attention_mask: torch.Tensor | None = None,
        position_ids: torch.Tensor | None = None,
        logits_to_keep: int = 1,
        use_cache: bool = True,
    ) -> SimpleNamespace:
        rows, width = input_ids.shape
        before = past_key_values.get_seq_length()
        kept = _tensors(past_key_values) if before else [one.expand(rows, -1, -1, -1) for one in self._empty]
        if attention_mask is None:
            attention_mask = input_ids.new_ones(rows, before + width)
        if position_ids is None:
            position_ids = torch.arange(before, before + width, device=input_ids.device).expand(rows, -1)
        places = torch.arange(width - logits_to_keep, width, device=input_ids.device)
        logits, *new = self._step(input_ids, attention_mask, position_ids, places, *kept)
        for index, (keys, values) in enumerate(zip(new[::2], new[1::2])):
            past_key_values.update(keys[:, :, before:], values[:, :, before:], index)
        return SimpleNamespace(logits=logits)


def load(request: LoadRequest) -> Loaded:
    model = from_pretrained(request).to(request.device)
    size = weight_bytes(model)
    step = Step(model).eval()
    ids = torch.arange(1, NEW + 1, device=request.device)[None]
    mask = torch.ones(1, BEFORE + NEW, dtype=torch.int64, device=request.device)
    positions = torch.arange(BEFORE, BEFORE + NEW, device=request.device)[None]
    kept = [torch.zeros(*one.shape[:2], BEFORE, one.shape[3], dtype=one.dtype, device=one.device) for one in empty_cache(model, 1)]
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")
        traced = torch.jit.trace(step, (ids, mask, positions, positions[0, -1:] - BEFORE, *kept), check_trace=False, strict=False)
        traced = torch.jit.freeze(traced.eval())
    audit = Audit(
        quantized=0,
        skipped=[],
        bytes=size,
        kernel=f"TorchScript, traced and frozen, {str(request.dtype).removeprefix('torch.')}",
        instructions=processor() if request.device == "cpu" else instruction_set(request.device),
    )
    return Loaded(Traced(model, traced), audit, generates=False)


def empty_cache(model: torch.nn.Module, rows: int) -> list[torch.Tensor]:
    """Keys and values of each layer, of no token: their shapes are read off a pass."""
    device = next(model.parameters()).device
    with torch.inference_mode():
        output = model(input_ids=torch.zeros(rows, 1, dtype=torch.int64, device=device), use_cache=True)
    cache = getattr(output, "cache", None) or output.past_key_values
    return [one[:, :, :0] for one in _tensors(cache)]


def _tensors(cache: Any) -> list[torch.Tensor]:
    return [tensor for layer in cache.layers for tensor in (layer.keys, layer.values)]
