"""A short text of a value, for people. Never costs more than a few hundred characters."""

from __future__ import annotations

from typing import Any

from decode import Opaque
from digest import Digest

_MAX_ITEMS = 6
_MAX_TEXT = 60
_MAX_DEPTH = 3
_MAX_BITS = 256
_BRACKETS: dict[type, tuple[str, str]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    set: ("{", "}"),
    frozenset: ("frozenset({", "})"),
}


def brief(value: Any, depth: int = 0) -> str:
    """The value as Python writes it, cut short."""
    kind = type(value)
    if kind is int and value.bit_length() > _MAX_BITS:
        return f"an integer of {value.bit_length()} bits"
    if kind in (str, bytes):
        return repr(value) if len(value) <= _MAX_TEXT else f"{value[:_MAX_TEXT]!r}…"
    if kind in _BRACKETS:
        start, end = _BRACKETS[kind]
        comma = "," if kind is tuple and len(value) == 1 else ""
        return start + _items(value, depth) + comma + end
    if kind is dict:
        pairs = [f"{brief(k, depth + 1)}: {brief(v, depth + 1)}" for k, v in _first(value.items())]
        return "{" + ", ".join(pairs) + _rest(value) + "}"
    if kind in (int, float, complex, bool, type(None), Digest):
        return repr(value)
    return f"<{value.name if kind is Opaque else kind.__name__}>"


def _items(value: Any, depth: int) -> str:
    if depth >= _MAX_DEPTH and value:
        return "…"
    return ", ".join(brief(item, depth + 1) for item in _first(value)) + _rest(value)


def _first(values: Any) -> list[Any]:
    return [item for item, _ in zip(values, range(_MAX_ITEMS))]


def _rest(value: Any) -> str:
    return ", …" if len(value) > _MAX_ITEMS else ""
