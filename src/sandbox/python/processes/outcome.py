"""What a sample came to, as the supervisor reports it."""

from __future__ import annotations

import json
import os
import signal
import struct
from typing import Any

Outcome = dict[str, Any]

CAUSES = frozenset(
    (
        "assertion",
        "exception",
        "timeout",
        "memory",
        "signal",
        "protocol",
        "answer-too-large",
        "opaque-answer",
    )
)

GOES_ON = "goesOn"
"""In a report: whether its checker may judge another sample."""

MAX_DETAIL_CHARS = 800

MAX_PART_CHARS = 80
MAX_PARTS = 16
"""Of a test, that are reported on one by one."""

OUT_OF_MEMORY_CODE = 97
"""With this the candidate says that it had no memory left to say anything."""

STILL_ALIVE = -1
"""In place of a wait status: it had not ended when we killed it."""

STATUS = struct.Struct("<i")
"""How a zygote reports a wait status."""


def failed(cause: str, detail: str) -> Outcome:
    return {"kind": "failed", "cause": cause, "detail": detail[:MAX_DETAIL_CHARS]}


def suspect(detail: str) -> Outcome:
    """The machine may be at fault: to be run once more, alone."""
    return {"kind": "suspect", "detail": detail}


def checked(report: bytes) -> Outcome:
    """The checker's report. A test may have written it: known words and short text only."""
    try:
        told = json.loads(report)
        kind, cause, detail = told["kind"], told.get("cause"), str(told.get("detail", ""))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return failed("protocol", "the checker's report is not a report")
    if kind in ("passed", "candidate-gone"):
        return {"kind": kind, GOES_ON: told.get(GOES_ON) is True}
    if kind == "overdue":
        return _overdue(told)
    if kind == "part-passed":
        return {"kind": kind, "part": str(told.get("part"))[:MAX_PART_CHARS]}
    if kind == "expected":
        return _expected(told)
    if kind == "outlines":
        return {"kind": kind, "outlines": told.get("outlines")}
    if kind == "unfit":
        return {"kind": kind, "detail": detail[:MAX_DETAIL_CHARS]}
    if kind == "failed" and cause in CAUSES:
        return {**failed(cause, detail), GOES_ON: told.get(GOES_ON) is True}
    return failed("protocol", "the checker's report is not a report")


def _overdue(told: dict[str, Any]) -> Outcome:
    elapsed, limit = told.get("elapsedMs"), told.get("limitMs")
    if type(elapsed) is int and type(limit) is int and 0 < limit <= elapsed < 1 << 31:
        return {"kind": "overdue", "elapsedMs": elapsed, "limitMs": limit}
    return failed("protocol", "the checker's report is not a report")


def _expected(told: dict[str, Any]) -> Outcome:
    values, slowest = told.get("values"), told.get("slowestMs")
    if type(values) is dict and all(type(value) is str for value in values.values()):
        milliseconds = slowest if type(slowest) is int else 0
        return {"kind": "expected", "values": values, "slowestMs": milliseconds}
    return failed("protocol", "the checker's report is not a report")


def name_of_death(who: str, status: int) -> Outcome:
    """What the wait status of a process that left its conversation says."""
    if status == STILL_ALIVE:
        return failed("protocol", f"the {who} closed its connection")
    if os.WIFEXITED(status):
        code = os.WEXITSTATUS(status)
        if code == OUT_OF_MEMORY_CODE:
            return failed("memory", f"the {who} ran out of memory")
        return failed("protocol", f"the {who} ended without an answer: exit code {code}")
    number = os.WTERMSIG(status)
    if number == signal.SIGXCPU:
        return failed("timeout", f"the {who} used up its processor time")
    if number == signal.SIGKILL:
        # No sample can send it; the kernel does when the machine has no memory left.
        return suspect(f"the {who} was killed by the system")
    return failed("signal", f"the {who} died of {signal.Signals(number).name}")
