"""Safetensors files as arrays on disk: no byte of a tensor is read before it is converted."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator

import numpy as np

from refusal import Refusal

MAX_HEADER = 100_000_000
"""The format's own limit (github.com/huggingface/safetensors)."""

_TYPES = {"F32": np.dtype("<f4"), "F16": np.dtype("<f2"), "BF16": np.dtype("<u2")}
"""NumPy has no bfloat16: its bits are kept as integers."""


@dataclass(frozen=True)
class Stored:
    """One tensor as it lies in a file."""

    file: Path
    kind: str
    """F32, F16 or BF16."""
    shape: tuple[int, ...]
    offset: int

    @property
    def parameters(self) -> int:
        return math.prod(self.shape)

    def bits(self) -> np.ndarray[Any, Any]:
        """The stored numbers, of bfloat16 their bits."""
        return np.memmap(self.file, _TYPES[self.kind], "r", self.offset, self.shape or (1,))


def read_shards(folder: Path, names: list[str]) -> dict[str, Stored]:
    """All tensors of a folder's files by name."""
    found: dict[str, Stored] = {}
    for name in names:
        for tensor, stored in _read(folder / name):
            if tensor in found:
                other = found[tensor].file.name
                raise Refusal(f"tensor {tensor} lies in {other} and in {name}: files of two models")
            found[tensor] = stored
    return found


def _read(path: Path) -> Iterator[tuple[str, Stored]]:
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if size < 8 or length > min(MAX_HEADER, size - 8):
            raise Refusal(f"{path.name} is not a safetensors file, or it is truncated")
        try:
            header = json.loads(file.read(length))
            entries = [(n, _entry(v)) for n, v in header.items() if n != "__metadata__"]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Refusal(f"{path.name} has a header that cannot be read ({error})") from error
    for name, (kind, shape, begin, end) in entries:
        if kind not in _TYPES:
            raise Refusal(
                f"tensor {name} of {path.name} is of type {kind}: the weights were quantized before;"
                " take the folder of the original ones"
            )
        stored = Stored(path, kind, shape, 8 + length + begin)
        if end - begin != stored.parameters * _TYPES[kind].itemsize or begin < 0:
            raise Refusal(f"tensor {name} of {path.name} has another size than its shape says")
        if 8 + length + end > size:
            raise Refusal(f"{path.name} is truncated: it has {size} bytes, tensor {name} needs more")
        yield name, stored


def _entry(value: Any) -> tuple[str, tuple[int, ...], int, int]:
    begin, end = value["data_offsets"]
    return str(value["dtype"]), tuple(int(n) for n in value["shape"]), int(begin), int(end)
