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
        if tolerance == 0 and _is_floats(expected):
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


COMPARISONS: dict[str, Callable[[float], Comparison]] = {
    "close": close,
    "polynomial-root": polynomial_root,
}


def _is_floats(value: Any) -> bool:
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
