"""Whether an answer is as good as the expected value. `docs/suites.md` says what EvalPlus does."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

_FLOAT_ATOL = 1e-6
"""Tolerance where a float is expected and the task names none."""

_RTOL = 1e-7

_ARRAY_BITS = 63
"""Of the integers that numpy holds as numbers in an array."""

Comparison = Callable[[list[Any], Any, Any], bool]
"""Given the arguments, the answer and the expected value."""


def close(atol: float) -> Comparison:
    """Equal, or where floats are expected as close as numpy.allclose asks.

    As in EvalPlus, the first expected float makes the tolerance hold for the inputs after it.
    """
    tolerance = atol

    def is_close(_args: list[Any], answer: Any, expected: Any) -> bool:
        nonlocal tolerance
        if tolerance == 0 and is_floats(expected):
            tolerance = _FLOAT_ATOL
        if answer == expected:
            return True
        return (
            tolerance != 0
            and type(answer) is type(expected)
            and _all_close(answer, expected, tolerance)
        )

    return is_close


def polynomial_root(atol: float) -> Comparison:
    """The polynomial of the coefficients in the first argument is zero at the answer.

    It may have several roots, of which the reference solution gives but one.
    """

    def is_root(args: list[Any], answer: Any, _expected: Any) -> bool:
        terms = (coefficient * math.pow(answer, n) for n, coefficient in enumerate(args[0]))
        return abs(sum(terms)) <= atol

    return is_root


def sets(atol: float) -> Comparison:
    """The same items, in any order and number."""
    return _close_or(atol, lambda _args, answer, expected: set(answer) == set(expected))


def not_none(_atol: float) -> Comparison:
    """Whether there is an answer, of which the reference solution's says no more (`of_reference`)."""

    def is_as_expected(_args: list[Any], answer: Any, expected: Any) -> bool:
        given = answer if type(answer) is bool else answer is not None
        return given == expected

    return is_as_expected


def close_or_digit_distance(atol: float) -> Comparison:
    """The sum of the distances of two numbers' digits is right where they end at the same place."""

    def is_distance(args: list[Any], answer: Any, _expected: Any) -> bool:
        here, there = map(str, args)
        width = max(len(here), len(there))
        pairs = zip(here.zfill(width), there.zfill(width))
        return answer == sum(abs(int(a) - int(b)) for a, b in pairs)

    return _close_or(atol, is_distance)


def close_or_pyramid_surface(atol: float) -> Comparison:
    """The surface of a square pyramid is right whose height is that of its apex, too."""

    def is_surface(args: list[Any], answer: Any, _expected: Any) -> bool:
        edge, height = args
        slant = math.sqrt((edge / 2) ** 2 + height**2)
        return abs(answer - round(edge**2 + 2 * edge * slant)) <= atol

    return _close_or(atol, is_surface)


def of_reference(comparison: str, value: Any) -> Any:
    """What is kept of the value that the reference solution gave."""
    return value is not None if comparison == "not-none" else value


COMPARISONS: dict[str, Callable[[float], Comparison]] = {
    "close": close,
    "polynomial-root": polynomial_root,
    "sets": sets,
    "not-none": not_none,
    "close-or-digit-distance": close_or_digit_distance,
    "close-or-pyramid-surface": close_or_pyramid_surface,
}


EXACT = frozenset(COMPARISONS) - {"polynomial-root"}
"""Ways of comparing by which a value equal to the expected one passes."""


def _close_or(atol: float, also: Comparison) -> Comparison:
    is_close = close(atol)

    def is_right(args: list[Any], answer: Any, expected: Any) -> bool:
        return is_close(args, answer, expected) or also(args, answer, expected)

    return is_right


def is_floats(value: Any) -> bool:
    """What makes a tolerance hold that the task does not name."""
    if type(value) in (list, tuple):
        return len(value) > 0 and all(type(each) is float for each in value)
    return type(value) is float


def _all_close(answer: Any, expected: Any, atol: float) -> bool:
    if type(expected) in (list, tuple):
        return (
            type(answer) in (list, tuple)
            and len(answer) == len(expected)
            and all(_in_array(a) and _all_close(a, e, atol) for a, e in zip(answer, expected))
        )
    return _is_close(answer, expected, atol)


def _in_array(value: Any) -> bool:
    return type(value) is not int or value.bit_length() <= _ARRAY_BITS


def _is_close(answer: Any, expected: Any, atol: float) -> bool:
    """numpy.isclose of two numbers: relative to the expected one; nan is close to nothing."""
    if not _is_number(answer) or not _is_number(expected):
        return False
    here, there = _as_float(answer), _as_float(expected)
    if here == there:
        return True
    return math.isfinite(abs(there)) and abs(here - there) <= atol + _RTOL * abs(there)


def _is_number(value: Any) -> bool:
    return type(value) in (bool, int, float, complex)


def _as_float(value: Any) -> Any:
    return value if type(value) is complex else float(value)
