"""Short plain values in the form of the interpreter's own marshal, which takes no Python to write.

What arrives is hostile, and marshal trusts what it reads: answers are read here, byte by byte. Only
questions, which come from the checker, and expected values are read by marshal itself.
"""

from __future__ import annotations

import marshal
import struct
from typing import Any

from frames import ProtocolError

_VERSION = 2
"""The last without references: the same values are the same bytes."""

_LONGEST = 1 << 12
"""Bytes; what is longer has a form that is made for it."""

_SCALARS = frozenset((type(None), bool, int, float, str))

_int = struct.Struct("<i").unpack_from
_count = struct.Struct("<I").unpack_from
_double = struct.Struct("<d").unpack_from

_DIGIT_BITS = 15
_SINGLE = {ord("N"): None, ord("T"): True, ord("F"): False}


def arguments(args: list[Any]) -> bytes:
    """What `together` puts into one message."""
    return marshal.dumps(args, _VERSION)


def together(each: list[bytes]) -> bytes:
    """A list of argument lists."""
    return b"[" + len(each).to_bytes(4, "little") + b"".join(each)


def short(value: Any) -> bytes | None:
    """The bytes of a scalar, or of a list or tuple of such; None for anything else."""
    kind = type(value)
    if kind not in _SCALARS:
        if kind is not list and kind is not tuple or not _SCALARS.issuperset(map(type, value)):
            return None
    data = marshal.dumps(value, _VERSION)
    return data if len(data) <= _LONGEST else None


def value_of(data: bytes) -> Any:
    """Reads what `short` may have written. `data` is hostile."""
    if len(data) > _LONGEST:
        raise ProtocolError("a value beyond the bounds of the wire")
    try:
        value, end = _sequence(data) if data[0] in b"[(" else _scalar(data, 0)
    except (IndexError, struct.error, ValueError) as error:
        raise ProtocolError(f"not a value: {type(error).__name__}") from None
    if end != len(data):
        raise ProtocolError("bytes after the end of a value")
    return value


def _sequence(data: bytes) -> tuple[Any, int]:
    values, at = [], 5
    for _ in range(_size(data, 1, each=1)):
        value, at = _scalar(data, at)
        values.append(value)
    return (values if data[0] == ord("[") else tuple(values)), at


def _scalar(data: bytes, at: int) -> tuple[Any, int]:
    tag, at = data[at], at + 1
    if tag in _SINGLE:
        return _SINGLE[tag], at
    if tag == ord("i"):
        return _int(data, at)[0], at + 4
    if tag == ord("g"):
        return _double(data, at)[0], at + 8
    if tag == ord("u"):
        start, size = at + 4, _size(data, at, each=1)
        return data[start : start + size].decode("utf-8", "surrogatepass"), start + size
    if tag == ord("l"):
        return _long(data, at)
    raise ProtocolError(f"unknown tag {tag}")


def _long(data: bytes, at: int) -> tuple[int, int]:
    (signed,) = _int(data, at)
    start, size = at + 4, _size(data, at, each=2, size=abs(signed))
    number = 0
    for digit in reversed(struct.unpack_from(f"<{size}H", data, start)):
        if digit >> _DIGIT_BITS:
            raise ProtocolError("not an integer")
        number = number << _DIGIT_BITS | digit
    return (number if signed >= 0 else -number), start + 2 * size


def _size(data: bytes, at: int, *, each: int, size: int | None = None) -> int:
    """A count; each thing counted takes so many bytes at least."""
    count: int = _count(data, at)[0] if size is None else size
    if each * count > len(data) - at - 4:
        raise ProtocolError("a count beyond the end of its frame")
    return count
