"""Damages a copy of a GGUF: damage.py HOW IN OUT. For the thresholds of `evalkit screen` (docs/screen.md)."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np
from gguf import GGUFReader


def tensors(path: str) -> dict[str, np.ndarray]:
    return {tensor.name: tensor.data for tensor in GGUFReader(path, "r+").tensors}


def blocks(data: np.ndarray) -> np.ndarray:
    """Blocks of Q4_0 (18 bytes) or Q8_0 (34), each with its scale in front."""
    flat = data.reshape(-1)
    return flat.reshape(-1, 34 if flat.size % 34 == 0 and data.shape[-1] % 34 == 0 else 18)


def zero_scales(layers: range, kind: str) -> None:
    for layer in layers:
        blocks(ALL[f"blk.{layer}.{kind}.weight"])[:, :2] = 0


def swap(one: str, other: str) -> None:
    ALL[one][...], ALL[other][...] = ALL[other].copy(), ALL[one].copy()


def shuffle(name: str) -> None:
    rows = ALL[name]
    rows[...] = rows[np.random.default_rng(1).permutation(len(rows))]


def flip(name: str, share: float) -> None:
    """Bytes of what follows the scales, at random."""
    random = np.random.default_rng(2)
    values = blocks(ALL[name])[:, 2:]
    values ^= (random.random(values.shape) < share).astype(np.uint8) * random.integers(1, 256, values.shape, np.uint8)


HOW = {
    "zero-one": lambda: zero_scales(range(5, 6), "ffn_down"),
    "zero-all": lambda: zero_scales(range(24), "ffn_down"),
    "swap-layers": lambda: swap("blk.3.attn_q.weight", "blk.10.attn_q.weight"),
    "shuffle-rows": lambda: shuffle("blk.8.ffn_up.weight"),
    "flip-1-percent": lambda: flip("blk.8.ffn_up.weight", 0.01),
    "flip-all-percent": lambda: [flip(f"blk.{layer}.ffn_up.weight", 0.01) for layer in range(24)],
}

if __name__ == "__main__":
    how, source, target = sys.argv[1:]
    if Path(source).resolve() == Path(target).resolve():
        sys.exit("IN is OUT")
    shutil.copyfile(source, target)
    ALL = tensors(target)
    HOW[how]()
