"""What a reference solution gives for the inputs of a task, and how it reaches the checkers.

The reference runs in a checker's place, once a task: it comes with the data set, as tests do.
"""

from __future__ import annotations

import json
import time
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterator
from typing import Any

from comparison import of_reference
from conversation import Ending, Outcome, unfit
from conversions import converted
from decode import expected_value
from digest import shrunk
from encode import NotPlain, TooLarge, encode

_SIZE = 4
"""Bytes of the length before each value."""


def compute(job: dict[str, Any]) -> Outcome:
    """Runs the `reference` on the `inputs`: the values by part, and the time of the slowest."""
    try:
        solution = _load(job["reference"], job["entryPoint"])
        values, slowest = {}, 0.0
        for part, inputs in argument_lists(job):
            values[part], seconds = _run(solution, part, inputs, job["comparison"])
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


def values(text: str) -> Iterator[Any]:
    """The expected values of one part, in the order of its inputs."""
    data = a2b_base64(text)
    at = 0
    while at < len(data):
        start = at + _SIZE
        at = start + int.from_bytes(data[at:start], "little")
        yield expected_value(data[start:at])


def _load(program: str, entry_point: str) -> Any:
    names: dict[str, Any] = {}
    try:
        exec(compile(program, "<reference>", "exec", dont_inherit=True), names)
        return names[entry_point]
    except BaseException as error:
        raise Ending(unfit(f"the reference solution does not load: {_words(error)}")) from None


def _run(
    solution: Any, part: str, inputs: list[list[Any]], comparison: str
) -> tuple[str, float]:
    encoded, slowest = [], 0.0
    for number, args in enumerate(inputs, 1):
        start = time.process_time()
        try:
            value = solution(*args)
            slowest = max(slowest, time.process_time() - start)
            data = encode(shrunk(of_reference(comparison, value)), opaque=False)
        except NotPlain as error:
            fault = f"gives a {error}, which no other process can receive"
        except TooLarge as error:
            fault = f"gives {error}"
        except BaseException as error:
            fault = f"raises {_words(error)}"
        else:
            encoded.append(len(data).to_bytes(_SIZE, "little") + data)
            continue
        raise Ending(unfit(f"the reference solution {fault} on {part} input {number}"))
    return b2a_base64(b"".join(encoded), newline=False).decode(), slowest


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:200]
