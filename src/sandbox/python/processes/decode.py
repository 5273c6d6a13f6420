"""Reads a value from bytes that a hostile process wrote.

Every count and size is checked before anything is built from it. The result consists of built-in
types and of `Opaque`, which equals nothing: no code of the candidate's comes along.
"""

from __future__ import annotations

import re
import struct
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterator
from typing import Any

import packed
import wire
from digest import Digest
from frames import ProtocolError
from mirror import Mirror

_count = struct.Struct("<I").unpack_from
_double = struct.Struct("<d").unpack_from

_DECIMAL = re.compile(r"-?(\d+(\.\d+)?(E[+-]\d{1,7})?|s?NaN\d*|Infinity)", re.ASCII)


class Opaque:
    """Something that exists in the candidate only. Equal to nothing, itself included."""

    __slots__ = ("name", "truth")

    def __init__(self, name: str, truth: bool) -> None:
        self.name = name
        self.truth = truth

    def __bool__(self) -> bool:
        return self.truth

    def __eq__(self, other: object) -> bool:
        return False

    def __ne__(self, other: object) -> bool:
        return True

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"<{self.name}, which cannot leave the candidate>"


_OF_ARGUMENTS = Mirror(0)


class Decoder:
    """Reads one value. `opaque_names` collects what arrived as no more than a name."""

    __slots__ = ("_at", "_data", "_mirror", "_nodes", "_readers", "opaque_names")

    def __init__(self, data: bytes, mirror: Mirror | None = None) -> None:
        self._readers = _READERS
        self._data = data
        self._at = 0
        self._nodes = 0
        self._mirror = mirror or _OF_ARGUMENTS
        self.opaque_names: list[str] = []

    def whole(self) -> Any:
        """The value; bytes after it break the protocol."""
        try:
            value = self._value(0)
        except (IndexError, struct.error, TypeError, ValueError, ArithmeticError) as error:
            raise ProtocolError(f"not a value: {type(error).__name__}") from None
        if self._at != len(self._data):
            raise ProtocolError("bytes after the end of a value")
        return value

    def _value(self, depth: int) -> Any:
        self._nodes += 1
        if depth > wire.MAX_DEPTH or self._nodes > wire.MAX_NODES:
            raise ProtocolError("a value beyond the bounds of the wire")
        tag = self._data[self._at]
        self._at += 1
        reader = self._readers.get(tag)
        if reader is None:
            raise ProtocolError(f"unknown tag {tag}")
        return reader(self, depth)

    def size(self) -> int:
        """A count or length; each thing counted takes at least a byte."""
        size: int = _count(self._data, self._at)[0]
        self._at += 4
        if size > len(self._data) - self._at:
            raise ProtocolError("a count beyond the end of its frame")
        return size

    def chunk(self, longest: int) -> bytes:
        size = self.size()
        if size > longest:
            raise ProtocolError("a value beyond the bounds of the wire")
        self._at += size
        return self._data[self._at - size : self._at]

    def double(self) -> float:
        number: float = _double(self._data, self._at)[0]
        self._at += 8
        return number

    def values(self, depth: int) -> list[Any]:
        value, inner = self._value, depth + 1
        return [value(inner) for _ in range(self.size())]

    def numbers(self) -> list[int | float]:
        data = self.chunk(_FRAME)
        self._nodes += packed.count(data)
        if self._nodes > wire.MAX_NODES:
            raise ProtocolError("a value beyond the bounds of the wire")
        return packed.unpack(data)

    def pairs(self, depth: int) -> list[tuple[Any, Any]]:
        value, inner = self._value, depth + 1
        return [(value(inner), value(inner)) for _ in range(self.size())]

    def integer(self, longest: int) -> int:
        """An integer that follows with its tag."""
        if self._data[self._at] != wire.INT[0]:
            raise ProtocolError("an integer was due")
        self._at += 1
        return int.from_bytes(self.chunk(longest), "little", signed=True)

    def range(self) -> range:
        start, stop, step = (self.integer(wire.MAX_INT_BYTES) for _ in range(3))
        if step == 0:
            raise ProtocolError("a range without a step")
        return range(start, stop, step)

    def decimal(self) -> Any:
        from decimal import Decimal  # rare, and not free to fork with

        text = self.chunk(wire.MAX_DECIMAL_CHARS).decode("ascii")
        if _DECIMAL.fullmatch(text) is None:
            raise ProtocolError("not a Decimal")
        return Decimal(text)

    def fraction(self) -> Any:
        from fractions import Fraction

        numerator, denominator = (self.integer(wire.MAX_FRACTION_BYTES) for _ in range(2))
        return Fraction(numerator, denominator)

    def failing_iterator(self, depth: int) -> Iterator[Any]:
        items = self.values(depth)
        return _replay(items, self._mirror(self._value(depth + 1)))

    def array(self, depth: int) -> Any:
        from array import array

        typecode, values = self._value(depth + 1), self._value(depth + 1)
        if type(typecode) is not str or type(values) is not list:
            raise ProtocolError("not an array")
        return array(typecode, values)

    def opaque(self, truth: bool) -> Opaque:
        name = self.chunk(4 * wire.MAX_NAME_CHARS).decode("utf-8")
        self.opaque_names.append(name)
        return Opaque(name, truth)


def _replay(items: list[Any], failure: BaseException) -> Iterator[Any]:
    yield from items
    raise failure


_FRAME = 1 << 32
"""Text is bounded by its frame."""

_READERS: dict[int, Callable[[Decoder, int], Any]] = {
    wire.NONE[0]: lambda of, depth: None,
    wire.TRUE[0]: lambda of, depth: True,
    wire.FALSE[0]: lambda of, depth: False,
    wire.INT[0]: lambda of, depth: int.from_bytes(
        of.chunk(wire.MAX_INT_BYTES), "little", signed=True
    ),
    wire.FLOAT[0]: lambda of, depth: of.double(),
    wire.COMPLEX[0]: lambda of, depth: complex(of.double(), of.double()),
    wire.STR[0]: lambda of, depth: of.chunk(_FRAME).decode("utf-8", "surrogatepass"),
    wire.BYTES[0]: lambda of, depth: of.chunk(_FRAME),
    wire.BYTEARRAY[0]: lambda of, depth: bytearray(of.chunk(_FRAME)),
    wire.LIST[0]: lambda of, depth: of.values(depth),
    wire.NUMBERS[0]: lambda of, depth: of.numbers(),
    wire.TUPLE[0]: lambda of, depth: tuple(of.values(depth)),
    wire.SET[0]: lambda of, depth: set(of.values(depth)),
    wire.FROZENSET[0]: lambda of, depth: frozenset(of.values(depth)),
    wire.DICT[0]: lambda of, depth: dict(of.pairs(depth)),
    wire.ORDERED_DICT[0]: lambda of, depth: OrderedDict(of.pairs(depth)),
    wire.COUNTER[0]: lambda of, depth: Counter(dict(of.pairs(depth))),
    wire.DEQUE[0]: lambda of, depth: deque(of.values(depth)),
    wire.KEYS[0]: lambda of, depth: dict.fromkeys(of.values(depth)).keys(),
    wire.VALUES[0]: lambda of, depth: dict(enumerate(of.values(depth))).values(),
    wire.ITEMS[0]: lambda of, depth: dict(of.values(depth)).items(),
    wire.ARRAY[0]: lambda of, depth: of.array(depth),
    wire.EXCEPTION[0]: lambda of, depth: of._mirror(of._value(depth + 1)),
    wire.RANGE[0]: lambda of, depth: of.range(),
    wire.FRACTION[0]: lambda of, depth: of.fraction(),
    wire.DECIMAL[0]: lambda of, depth: of.decimal(),
    wire.ITERATOR[0]: lambda of, depth: (item for item in of.values(depth)),
    wire.FAILING_ITERATOR[0]: lambda of, depth: of.failing_iterator(depth),
    wire.OPAQUE_FALSE[0]: lambda of, depth: of.opaque(False),
    wire.OPAQUE_TRUE[0]: lambda of, depth: of.opaque(True),
}


def expected_value(data: bytes) -> Any:
    """Reads what a reference solution gave. Here alone may a digest stand for a text."""
    decoder = Decoder(data)
    decoder._readers = _EXPECTED_READERS
    return decoder.whole()


def _digest(of: Decoder, depth: int) -> Digest:
    length, sha256, start = (of._value(depth + 1) for _ in range(3))
    return Digest(length, sha256, start)


_EXPECTED_READERS = {**_READERS, wire.DIGEST[0]: _digest}
