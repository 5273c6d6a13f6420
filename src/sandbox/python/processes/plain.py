"""The plain data that an object is equal to, if there is any.

A subclass becomes its base only where its comparison is the base's own: flattening anything else
would answer an equality that Python itself denies.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, ItemsView, Mapping, Set, ValuesView
from types import MappingProxyType
from typing import Any

# The base's own content, whatever methods the subclass overrides.
_FLATTEN: dict[type, Callable[[Any], object]] = {
    int: int.__int__,
    float: float.__float__,
    complex: complex.__pos__,
    str: str.__str__,
    bytes: lambda value: bytes.__getitem__(value, slice(None)),
    bytearray: lambda value: bytearray.__getitem__(value, slice(None)),
    list: lambda value: list(list.__iter__(value)),
    tuple: lambda value: tuple(tuple.__iter__(value)),
    set: lambda value: set(set.__iter__(value)),
    frozenset: lambda value: frozenset(frozenset.__iter__(value)),
    dict: lambda value: dict(dict.items(value)),
}


# They compare as sets do, as other views of dicts.
_ORDERED_VIEWS = (type(OrderedDict().keys()), type(OrderedDict().items()))


def as_plain(value: Any) -> Any:
    """Built-in data that equals what `value` equals; `value` itself where there is none."""
    kind = type(value)
    if comes_from(value, "numpy", "generic"):
        return value.item()
    for base, flatten in _FLATTEN.items():
        if issubclass(kind, base) and _compares_as(kind, base):
            return flatten(value)
    for name in ("UserList", "UserString"):
        if comes_from(value, "collections", name):
            return value.data
    if kind is memoryview and value.format == "B" and value.ndim == 1:
        return value.tobytes()
    if isinstance(value, ValuesView):
        return dict(enumerate(value)).values()
    if kind is MappingProxyType or isinstance(value, Mapping) and _compares_as(kind, Mapping):
        return dict(value.items())
    if kind in _ORDERED_VIEWS or isinstance(value, Set) and _compares_as(kind, Set):
        return dict(value).items() if isinstance(value, ItemsView) else set(value)
    return value


def comes_from(value: object, module: str, name: str) -> bool:
    """Whether `value` is of that class, or of an heir that compares as it does."""
    base = getattr(sys.modules.get(module), name, None)
    kind = type(value)
    if not isinstance(base, type) or not issubclass(kind, base):
        return False
    return module == "numpy" or _compares_as(kind, base)


def _compares_as(kind: Any, base: Any) -> bool:
    return kind.__eq__ is base.__eq__ and kind.__ne__ is base.__ne__
