"""Turns a value into the bytes of the wire.

An iterator is drained into a one-shot iterator. What is not plain data becomes an opaque value: the
name of its type and its truth.

This side may be hostile: nothing here protects the reader. `decode` does.
"""

from __future__ import annotations

import struct
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from types import GeneratorType
from typing import Any

import packed
import wire
from digest import Digest
from plain import as_plain, comes_from
from raised import describe

_count = struct.Struct("<I").pack
_double = struct.Struct("<d").pack


class TooLarge(BaseException):
    """The value exceeds a bound of the wire."""


class NotPlain(Exception):
    """The value holds something that exists in this interpreter only."""


def encode(value: object, *, opaque: bool) -> bytes:
    """The bytes of `value`. What is not plain data turns opaque, or raises `NotPlain`."""
    encoder = _Encoder(opaque)
    encoder.put(value, 0)
    return b"".join(encoder.parts)


def encode_raised(error: BaseException) -> bytes:
    """The bytes of an exception that was raised, with what it carries where that is plain."""
    try:
        data = encode(describe(error), opaque=True)
        if len(data) <= wire.MAX_RAISED:
            return data
    except (Exception, TooLarge):
        pass  # what it carries is too much, or hostile
    return encode(describe(error, briefly=True), opaque=True)


class _Encoder:
    __slots__ = ("nodes", "opaque", "parts")

    def __init__(self, opaque: bool) -> None:
        self.parts: list[bytes] = []
        self.nodes = 0
        self.opaque = opaque

    def put(self, value: Any, depth: int) -> None:
        self.nodes += 1
        if self.nodes > wire.MAX_NODES:
            raise TooLarge(f"more than {wire.MAX_NODES} values")
        if depth > wire.MAX_DEPTH:
            raise TooLarge(f"nested deeper than {wire.MAX_DEPTH} levels")
        writer = _WRITERS.get(type(value))
        if writer is None:
            value = as_plain(value)
            writer = _WRITERS.get(type(value)) or _writer_of(value)
        writer(self, value, depth)

    def text(self, tag: bytes, data: bytes) -> None:
        self.parts.append(tag + _count(len(data)) + data)

    def sequence(self, tag: bytes, values: Iterable[object], depth: int) -> None:
        place = len(self.parts)
        self.parts.append(b"")
        count = 0
        for value in values:
            self.put(value, depth + 1)
            count += 1
        self.parts[place] = tag + _count(count)

    def pairs(self, tag: bytes, mapping: dict[object, object], depth: int) -> None:
        self.parts.append(tag + _count(len(mapping)))
        for key, value in mapping.items():
            self.put(key, depth + 1)
            self.put(value, depth + 1)


def _int(to: _Encoder, value: int, _depth: int) -> None:
    size = (value.bit_length() + 8) // 8
    if size > wire.MAX_INT_BYTES:
        raise TooLarge(f"an integer of {size} bytes")
    to.text(wire.INT, value.to_bytes(size, "little", signed=True))


def _str(to: _Encoder, value: str, _depth: int) -> None:
    to.text(wire.STR, value.encode("utf-8", "surrogatepass"))


def _complex(to: _Encoder, value: complex, _depth: int) -> None:
    to.parts.append(wire.COMPLEX + _double(value.real) + _double(value.imag))


def _range(to: _Encoder, value: range, _depth: int) -> None:
    to.parts.append(wire.RANGE)
    for part in (value.start, value.stop, value.step):
        _int(to, part, 0)


def _fraction(to: _Encoder, value: Any, _depth: int) -> None:
    to.parts.append(wire.FRACTION)
    for part in (value.numerator, value.denominator):
        if part.bit_length() // 8 >= wire.MAX_FRACTION_BYTES:
            raise TooLarge(f"a fraction of {part.bit_length()} bits")
        _int(to, part, 0)


def _decimal(to: _Encoder, value: Any, _depth: int) -> None:
    text = str(value)
    if len(text) > wire.MAX_DECIMAL_CHARS or abs(value.adjusted()) > wire.MAX_DECIMAL_EXPONENT:
        raise TooLarge(f"a Decimal of {len(text)} characters and exponent {value.adjusted()}")
    to.text(wire.DECIMAL, text.encode())


def _iterator(to: _Encoder, value: Iterator[object], depth: int) -> None:
    place = len(to.parts)
    to.parts.append(b"")
    count = 0
    failure = None
    while failure is None:
        try:
            item = next(value)
        except StopIteration:
            break
        except Exception as error:
            failure = describe(error, briefly=True)
        else:
            to.put(item, depth + 1)
            count += 1
    to.parts[place] = (wire.ITERATOR if failure is None else wire.FAILING_ITERATOR) + _count(count)
    if failure is not None:
        to.put(failure, depth + 1)


def _list(to: _Encoder, value: list[Any], depth: int) -> None:
    count = len(value)
    # What is too long anyway is left to be found out one by one, which takes less memory.
    packable = packed.SHORTEST <= count <= wire.MAX_NODES - to.nodes
    data = packed.pack(value) if packable else None
    if data is None:
        to.sequence(wire.LIST, value, depth)
    else:
        to.nodes += count
        to.text(wire.NUMBERS, data)


def _array(to: _Encoder, value: Any, depth: int) -> None:
    to.parts.append(wire.ARRAY)
    to.put(value.typecode, depth + 1)
    to.put(list(value), depth + 1)


def _exception(to: _Encoder, value: BaseException, depth: int) -> None:
    if not to.opaque:
        raise NotPlain(type(value).__name__)
    to.parts.append(wire.EXCEPTION)
    to.put(describe(value), depth + 1)


def _digest(to: _Encoder, value: Digest, depth: int) -> None:
    to.parts.append(wire.DIGEST)
    for part in (value.length, value.sha256, value.start):
        to.put(part, depth + 1)


def _opaque(to: _Encoder, value: object, _depth: int) -> None:
    name = type(value).__name__
    if not to.opaque:
        raise NotPlain(name)
    try:
        truth = bool(value)
    except Exception:
        truth = True
    to.text(
        wire.OPAQUE_TRUE if truth else wire.OPAQUE_FALSE,
        name[: wire.MAX_NAME_CHARS].encode("utf-8", "replace"),
    )


Writer = Callable[[_Encoder, Any, int], None]

_WRITERS: dict[type, Writer] = {
    type(None): lambda to, value, depth: to.parts.append(wire.NONE),
    bool: lambda to, value, depth: to.parts.append(wire.TRUE if value else wire.FALSE),
    int: _int,
    float: lambda to, value, depth: to.parts.append(wire.FLOAT + _double(value)),
    str: _str,
    list: _list,
    tuple: lambda to, value, depth: to.sequence(wire.TUPLE, value, depth),
    dict: lambda to, value, depth: to.pairs(wire.DICT, value, depth),
    set: lambda to, value, depth: to.sequence(wire.SET, value, depth),
    frozenset: lambda to, value, depth: to.sequence(wire.FROZENSET, value, depth),
    bytes: lambda to, value, depth: to.text(wire.BYTES, value),
    bytearray: lambda to, value, depth: to.text(wire.BYTEARRAY, bytes(value)),
    complex: _complex,
    range: _range,
    OrderedDict: lambda to, value, depth: to.pairs(wire.ORDERED_DICT, value, depth),
    Counter: lambda to, value, depth: to.pairs(wire.COUNTER, value, depth),
    deque: lambda to, value, depth: to.sequence(wire.DEQUE, value, depth),
    type({}.keys()): lambda to, value, depth: to.sequence(wire.KEYS, value, depth),
    type({}.values()): lambda to, value, depth: to.sequence(wire.VALUES, value, depth),
    type({}.items()): lambda to, value, depth: to.sequence(wire.ITEMS, value, depth),
    GeneratorType: _iterator,
    Digest: _digest,
}


def _writer_of(value: Any) -> Writer:
    """How to write what is not built-in plain data."""
    if comes_from(value, "fractions", "Fraction"):
        return _fraction
    if comes_from(value, "decimal", "Decimal"):
        return _decimal
    if comes_from(value, "array", "array"):
        return _array
    if isinstance(value, BaseException):
        return _exception
    if hasattr(type(value), "__next__") and hasattr(type(value), "__iter__"):
        return _iterator
    return _opaque
