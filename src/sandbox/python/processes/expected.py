"""What a reference solution gives for the inputs of a task, and how it reaches the checkers.

The reference runs in a checker's place, once a task: it comes with the data set, as tests do.
"""

from __future__ import annotations

import json
import marshal
import time
from binascii import b2a_base64
from collections.abc import Iterator
from typing import Any, NamedTuple

import wire
from comparison import EXACT, is_floats, of_reference
from conversation import Ending, Outcome, unfit
from conversions import converted
from decode import expected_value
from digest import shrunk
from encode import NotPlain, TooLarge, encode
from short import arguments, short

_SIZE = 4
"""Bytes of a count or length."""


class Asked(NamedTuple):
    """One input, as checkers have it."""

    question: bytes
    """The arguments, in `short` form."""
    value: bytes
    """What the reference gave for them, as a candidate replies."""
    is_exact: bool
    """A reply of the same bytes is right, whatever the comparison is told."""

    def arguments(self) -> list[Any]:
        args: list[Any] = marshal.loads(self.question)
        return args

    def expected(self) -> Any:
        return _value(self.value)


def compute(job: dict[str, Any]) -> Outcome:
    """Runs the `reference` on the `inputs`: the values by part, and the time of the slowest."""
    try:
        solution = _load(job["reference"], job["entryPoint"])
        values, slowest = {}, 0.0
        for part, inputs in argument_lists(job):
            values[part], seconds = _run(solution, part, inputs, job)
            slowest = max(slowest, seconds)
    except Ending as ending:
        return ending.outcome
    return {"kind": "expected", "values": values, "slowestMs": round(slowest * 1_000)}


def argument_lists(job: dict[str, Any]) -> Iterator[tuple[str, list[list[Any]]]]:
    """The inputs of each part. Read here, since other readers of JSON round large integers."""
    for part, text in job["inputs"].items():
        try:
            lists = json.loads(text)
        except ValueError as error:
            raise Ending(unfit(f"the {part} inputs are not JSON: {error}")) from None
        if type(lists) is not list or not all(type(each) is list for each in lists):
            raise Ending(unfit(f"the {part} inputs are not a list of argument lists"))
        try:
            yield part, [converted(args, job.get("conversions", [])) for args in lists]
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise Ending(unfit(f"the {part} inputs cannot be converted: {error}")) from None


def count_in(data: bytes) -> int:
    """How many inputs a part has."""
    return int.from_bytes(data[:_SIZE], "little")


def asked_in(data: bytes) -> Iterator[Asked]:
    """The inputs of one part with what is expected, in their order."""
    at = _SIZE
    while at < len(data):
        is_exact = data[at] != 0
        start = at + 1 + _SIZE
        middle = start + int.from_bytes(data[at + 1 : start], "little")
        end = middle + _SIZE + int.from_bytes(data[middle : middle + _SIZE], "little")
        yield Asked(data[start:middle], data[middle + _SIZE : end], is_exact)
        at = end


def _load(program: str, entry_point: str) -> Any:
    names: dict[str, Any] = {}
    try:
        exec(compile(program, "<reference>", "exec", dont_inherit=True), names)
        return names[entry_point]
    except BaseException as error:
        raise Ending(unfit(f"the reference solution does not load: {_words(error)}")) from None


def _run(
    solution: Any, part: str, inputs: list[list[Any]], job: dict[str, Any]
) -> tuple[str, float]:
    comparison = job["comparison"]
    encoded, slowest = [len(inputs).to_bytes(_SIZE, "little")], 0.0
    for number, args in enumerate(inputs, 1):
        try:
            question = arguments(args)  # before the solution changes them
            start = time.process_time()
            value = solution(*args)
            slowest = max(slowest, time.process_time() - start)
            data = _reply(shrunk(of_reference(comparison, value)))
        except NotPlain as error:
            fault = f"gives a {error}, which no other process can receive"
        except TooLarge as error:
            fault = f"gives {error}"
        except BaseException as error:
            fault = f"raises {_words(error)}"
        else:
            encoded += [bytes([_is_exact(comparison, data)]), _sized(question), _sized(data)]
            continue
        raise Ending(unfit(f"the reference solution {fault} on {part} input {number}"))
    return b2a_base64(b"".join(encoded), newline=False).decode(), slowest


def _sized(data: bytes) -> bytes:
    return len(data).to_bytes(_SIZE, "little") + data


def _reply(value: Any) -> bytes:
    data = short(value)
    return wire.ANSWER + encode(value, opaque=False) if data is None else wire.SHORT + data


def _value(reply: bytes) -> Any:
    if reply[:1] == wire.SHORT:
        return marshal.loads(reply[1:])
    return expected_value(reply[1:])


def _is_exact(comparison: str, reply: bytes) -> bool:
    """Whether the same bytes are an equal value: not those of nan, of iterators or of a digest.

    Floats are left to the comparison, which keeps in mind that it saw some.
    """
    if comparison not in EXACT:
        return False
    one, other = _value(reply), _value(reply)
    return not is_floats(one) and bool(one == other)


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:200]
