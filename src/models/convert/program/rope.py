"""Rotary positions: how config.json stretches them, and how llama.cpp is told."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from refusal import Refusal
from settings import Settings

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Rope:
    metadata: dict[str, int | float | bool | str] = field(default_factory=dict)
    made: dict[str, Array] = field(default_factory=dict)


def rope_of(settings: Settings, head_width: int, default_base: float = 10_000.0) -> Rope:
    """transformers 5 keeps base and stretching in `rope_parameters`, earlier ones apart."""
    part = settings.part("rope_parameters") or settings.part("rope_scaling")
    base = settings.number("rope_theta", default_base)
    if part is not None:
        base = part.number("rope_theta", base)
    metadata: dict[str, int | float | bool | str] = {
        "rope.dimension_count": head_width,
        "rope.freq_base": base,
    }
    kind = "default" if part is None else part.text("rope_type", part.text("type", "default"))
    share = 1.0 if part is None else part.number("partial_rotary_factor", 1.0)
    if settings.number("partial_rotary_factor", share) != 1.0:
        raise Refusal("partial_rotary_factor of config.json is not 1, which this family has not")
    if part is None or kind == "default":
        return Rope(metadata)
    if kind == "linear":
        return Rope(metadata | {"rope.scaling.type": "linear", "rope.scaling.factor": part.number("factor")})
    if kind == "yarn":
        return Rope(metadata | _yarn(part, settings))
    if kind == "llama3":
        return Rope(metadata, {"rope_freqs.weight": _llama3(part, settings, head_width, base)})
    raise Refusal(
        f"rope scaling {kind} of config.json is none that can be converted:"
        " default, linear, yarn and llama3 can"
    )


def _trained_length(part: Settings, settings: Settings) -> int:
    longest = settings.integer("max_position_embeddings")
    return part.integer("original_max_position_embeddings", longest)


def _yarn(part: Settings, settings: Settings) -> dict[str, int | float | bool | str]:
    """llama.cpp's own constants are transformers' defaults; others it could not be told here."""
    for name, usual in (("beta_fast", 32.0), ("beta_slow", 1.0)):
        if part.number(name, usual) != usual:
            raise Refusal(f"{name} of yarn in config.json is not {usual:g}; llama.cpp has no other")
    for name in ("attention_factor", "mscale", "mscale_all_dim"):
        if name in part:
            raise Refusal(f"{name} of yarn in config.json: llama.cpp computes it from the factor")
    return {
        "rope.scaling.type": "yarn",
        "rope.scaling.factor": part.number("factor"),
        "rope.scaling.original_context_length": _trained_length(part, settings),
    }


def _llama3(part: Settings, settings: Settings, width: int, base: float) -> Array:
    """By what each frequency is divided (transformers, modeling_rope_utils.py, llama3)."""
    factor = part.number("factor")
    low, high = part.number("low_freq_factor"), part.number("high_freq_factor")
    length = _trained_length(part, settings)
    divisors = []
    for index in range(0, width, 2):
        wave = 2 * math.pi * base ** (index / width)
        if wave < length / high:
            divisors.append(1.0)
        elif wave > length / low:
            divisors.append(factor)
        else:
            smooth = (length / wave - low) / (high - low)
            divisors.append(1 / ((1 - smooth) / factor + smooth))
    return np.array(divisors, np.float32)
