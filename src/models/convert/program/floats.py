"""From one type of floating point to another. Nothing becomes infinite without a word."""

from __future__ import annotations

from typing import Any

import numpy as np

from refusal import Refusal
from shards import Stored

Array = np.ndarray[Any, Any]

MAX_F16 = 65_504.0
"""The largest finite number of float16."""


def read_f32(stored: Stored) -> Array:
    """The tensor as float32: exact, whatever it is stored as."""
    bits = stored.bits()
    if stored.kind == "BF16":
        return (bits.astype(np.uint32) << 16).view(np.float32).reshape(stored.shape)
    return bits.astype(np.float32).reshape(stored.shape)


def to_type(values: Array, kind: str, name: str) -> Array:
    """float32 rounded to the nearest number of another type; of BF16 the bits."""
    if not np.isfinite(values).all():
        raise Refusal(f"tensor {name} holds a value that is not a finite number")
    if kind == "F32":
        return np.ascontiguousarray(values, np.float32)
    if kind == "BF16":
        return _to_bf16(np.ascontiguousarray(values, np.float32), name)
    largest = float(np.abs(values).max(initial=0.0))
    if largest > MAX_F16:
        raise Refusal(f"tensor {name} holds {largest:g}, which f16 cannot; convert to bf16 or f32")
    return np.ascontiguousarray(values, np.float16)


def _to_bf16(values: Array, name: str) -> Array:
    """To nearest, ties to even, as ggml_compute_fp32_to_bf16 does (ggml/src/ggml-impl.h)."""
    bits = values.view(np.uint32)
    rounded = ((bits.astype(np.uint64) + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)
    if ((rounded & 0x7FFF) == 0x7F80).any():
        raise Refusal(f"tensor {name} holds a value that bf16 cannot; convert to f32")
    return rounded
