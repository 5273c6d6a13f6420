"""A long text of an expected value, by its checksum.

One solution of HumanEval+ gives 147 MB of text: too much to hand to every sample's checker.
"""

from __future__ import annotations

from typing import Any

_LONG = 2_000
"""Characters from which on a text is kept by its checksum."""

_SHOWN = 60


class Digest:
    """Equal to the text that it was made of, and to nothing else."""

    __slots__ = ("length", "sha256", "start")

    def __init__(self, length: int, sha256: bytes, start: str) -> None:
        self.length = length
        self.sha256 = sha256
        self.start = start

    def __eq__(self, other: object) -> bool:
        return (
            type(other) is str and len(other) == self.length and _checksum(other) == self.sha256
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{self.start!r}… ({self.length} characters)"


def shrunk(value: Any) -> Any:
    """The value, with digests for the long texts in its lists, tuples and values of dicts."""
    kind = type(value)
    if kind is str and len(value) >= _LONG:
        return Digest(len(value), _checksum(value), value[:_SHOWN])
    if kind in (list, tuple):
        return kind(map(shrunk, value))
    if kind is dict:
        return {key: shrunk(each) for key, each in value.items()}
    return value


def _checksum(text: str) -> bytes:
    from hashlib import sha256  # rare, and not free to fork with

    return sha256(text.encode("utf-8", "surrogatepass")).digest()
