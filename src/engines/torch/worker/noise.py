"""Noise that samples of all models share; engines/shared-noise.ts computes the same bits and says more."""

from __future__ import annotations

import math
from typing import Any

ROTATIONS = (13, 15, 26, 6, 17, 29, 16, 24)
ROUNDS = 20
PARITY = 0x1BD11BDA
WORD = 0xFFFFFFFF
TERMS = 17


def shared_noise(seed: int, position: int, token: int) -> float:
    """The standard Gumbel variate of a candidate."""
    return gumbel(float(noise_bits(seed, position, token)), math.frexp)


def noise_bits(seed: int, position: int, token: Any) -> Any:
    """52 random bits; `token`: a number or an int64 tensor of numbers."""
    high, low = threefry((seed, 0), (position, token))
    return high * 2**20 + (low >> 12)


def gumbel(bits: Any, frexp: Any) -> Any:
    """Of bits as doubles; `frexp` gives mantissas from 0.5 to 1 and exponents as doubles, too."""
    return -logarithm(-logarithm((bits + 0.5) / 2**52, frexp), frexp)


def threefry(key: tuple[int, int], counter: tuple[Any, Any]) -> tuple[Any, Any]:
    """Threefry-2x32 with 20 rounds: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011."""
    keys = (*key, key[0] ^ key[1] ^ PARITY)
    one, other = (counter[0] + keys[0]) & WORD, (counter[1] + keys[1]) & WORD
    for turn in range(ROUNDS):
        by = ROTATIONS[turn % len(ROTATIONS)]
        one = (one + other) & WORD
        other = (((other << by) | (other >> (32 - by))) & WORD) ^ one
        if turn % 4 == 3:
            injection = (turn + 1) // 4
            one = (one + keys[injection % 3]) & WORD
            other = (other + keys[(injection + 1) % 3] + injection) & WORD
    return one, other


def logarithm(value: Any, frexp: Any) -> Any:
    """The natural logarithm by operations whose last bit is the same everywhere."""
    mantissa, exponent = frexp(value)
    ratio = (mantissa - 1) / (mantissa + 1)
    square = ratio * ratio
    total: Any = 0.0
    for term in range(TERMS, -1, -1):
        total = total * square + 1 / (2 * term + 1)
    return 2 * ratio * total + exponent * math.log(2)
