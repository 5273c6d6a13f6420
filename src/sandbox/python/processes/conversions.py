"""Arguments of Python's own types, where JSON has but lists and texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def converted(args: list[Any], conversions: list[dict[str, str]]) -> list[Any]:
    """The argument list with each conversion made where its path leads, in their order."""
    for conversion in conversions:
        args = _at(args, conversion["at"].split("."), _CONVERSIONS[conversion["to"]])
    return args


def _at(value: Any, path: list[str], convert: Callable[[Any], Any]) -> Any:
    if not path:
        return convert(value)
    step, *rest = path
    if type(value) is dict:
        return {key: _at(item, rest, convert) for key, item in value.items()}
    if type(value) is not list:
        return value
    return [
        _at(item, rest, convert) if step in ("*", str(index)) else item
        for index, item in enumerate(value)
    ]


def _tuple(value: Any) -> Any:
    return tuple(value) if type(value) is list else value


def _deep_tuple(value: Any) -> Any:
    return tuple(map(_deep_tuple, value)) if type(value) is list else value


_CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    "tuple": _tuple,
    "deep-tuple": _deep_tuple,
    "float": float,
    "complex": complex,
}
