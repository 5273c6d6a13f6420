"""A long text or list of numbers in an expected value, by its checksum.

Two solutions of HumanEval+ give 147 and 90 MB: too much to hand to every sample's checker.
"""

from __future__ import annotations

from typing import Any

import packed

_LONG_TEXT = 2_000
"""Characters from which on a text is kept by its checksum."""

_LONG_LIST = 10_000
"""Numbers from which on a list is."""

_EXACT = 1 << 53
"""Integers up to here are the same as floats."""

_SHOWN = 60
_SHOWN_ITEMS = 6


class Digest:
    """Equal to what it was made of, and to nothing else but its equals."""

    __slots__ = ("length", "sha256", "start")

    def __init__(self, length: int, sha256: bytes, start: Any) -> None:
        self.length = length
        self.sha256 = sha256
        self.start = start
        """Its first characters or items."""

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self.start) or len(other) != self.length:  # type: ignore[arg-type]
            return False
        data = _text_bytes(other) if type(other) is str else _number_bytes(other)
        return data is not None and _checksum(data) == self.sha256

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        things = "characters" if type(self.start) is str else "items"
        return f"{self.start!r}… ({self.length} {things})"


def shrunk(value: Any) -> Any:
    """The value, with digests for what is long in its lists, tuples and values of dicts.

    Not for lists of floats alone, which are compared with a tolerance.
    """
    kind = type(value)
    if kind is str and len(value) >= _LONG_TEXT:
        return Digest(len(value), _checksum(_text_bytes(value)), value[:_SHOWN])
    if kind is list and len(value) >= _LONG_LIST and set(map(type, value)) != {float}:
        data = _number_bytes(value)
        if data is not None:
            return Digest(len(value), _checksum(data), value[:_SHOWN_ITEMS])
    if kind in (list, tuple):
        return kind(map(shrunk, value))
    if kind is dict:
        return {key: shrunk(each) for key, each in value.items()}
    return value


def _text_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _number_bytes(values: Any) -> bytes | None:
    """The same for lists that are equal; None where there is something else than plain numbers."""
    if not set(map(type, values)) <= {int, float, bool}:
        return None
    for value in values:
        if type(value) is int and not -_EXACT <= value <= _EXACT or value != value:
            return None
    return packed.doubles([value + 0.0 for value in values])  # -0.0 equals 0.0


def _checksum(data: bytes) -> bytes:
    from hashlib import sha256  # rare, and not free to fork with

    return sha256(data).digest()
