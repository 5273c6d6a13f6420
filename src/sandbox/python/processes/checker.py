"""The checker's side: runs a sample's test with a stand-in for the candidate, and names the end.

The completion never runs here. Its text passes through, its answers arrive as plain data.
"""

from __future__ import annotations

import json
import math
import os
import random
import sys
from functools import partial
from typing import Any

import expected
import inputs_test
import one_process
import outline
import source_test
import wire
from brief import brief
from conversation import Conversation, Ending, Job, Outcome, failed
from encode import encode
from frames import Channel, TimedChannel
from outcome import GOES_ON
from raised import message_of
from surroundings import Surroundings

SEED = 2
"""Of `random` while nothing is judged. The tests of some tasks draw their inputs: a job brings a seed
that no candidate knows, since one that knew the inputs could answer without solving the task."""

_PASSED: Outcome = {"kind": "passed"}
_PASSED_REPORT = json.dumps({**_PASSED, GOES_ON: True}).encode()

_ORDINARY = frozenset(("assertion", "exception", "opaque-answer"))
"""Causes after which a checker is as good as before."""

# What json.loads does around it touches many more pages of a freshly forked process.
_decode = json.JSONDecoder().raw_decode

_surroundings: Surroundings
"""That samples find, before the first of them."""

_RECURSION_LIMIT = 4_000
"""Reading 200 levels of nesting takes about 800 frames."""


def run(descriptors: list[int], answer_bytes: int) -> None:
    """Does the jobs that the supervisor sends, and reports on each. Does not return.

    The first descriptor is the supervisor's, each of the others one candidate's. After a sample that
    left something behind there is no other.
    """
    supervisor_fd, *candidate_fds = descriptors
    try:
        supervisor = Channel(supervisor_fd, wire.MAX_QUESTION)
        _surroundings.begin()
        for fd in candidate_fds:
            outcome = _outcome(_parsed(supervisor.receive()), fd, answer_bytes, supervisor)
            os.close(fd)
            goes_on = _is_ordinary(outcome) and _surroundings.are_untouched()
            supervisor.send(_report(outcome, goes_on=goes_on))
            if not goes_on:
                break
    finally:
        os._exit(0)


def _outcome(job: Any, candidate_fd: int, answer_bytes: int, supervisor: Channel) -> Outcome:
    if "reference" in job:
        return expected.compute(job)
    if "texts" in job:
        return outline.compute(job)
    random.seed(job["seed"])
    return _judge(job, _channel(job, candidate_fd, answer_bytes, supervisor), supervisor)


def _is_ordinary(outcome: Outcome) -> bool:
    return outcome is _PASSED or outcome.get("cause") in _ORDINARY


def _report(outcome: Outcome, *, goes_on: bool) -> bytes:
    if outcome is _PASSED and goes_on:
        return _PASSED_REPORT
    return json.dumps({**outcome, GOES_ON: goes_on}).encode()


def settle() -> None:
    """What forked children inherit."""
    one_process.install()
    sys.setrecursionlimit(_RECURSION_LIMIT)
    global _surroundings
    _surroundings = Surroundings()


def rehearse() -> None:
    """What every sample does, with replies that are known beforehand."""
    values: tuple[object, ...] = (1, "text", [1, 2.5], (True, None), {"key": []})
    calls = "".join(f"    assert candidate({value!r}) == {value!r}\n" for value in values)
    test = {"kind": "check", "source": f"def check(candidate):\n{calls}"}
    prompt = "def f(x):\n    pass\n"
    replies = [wire.READY, *(wire.ANSWER + encode(value, opaque=True) for value in values)]
    job = json.dumps({"prompt": prompt, "completion": "", "test": test, "entryPoint": "f"})
    assert _judge(_parsed(job.encode()), _Rehearsed(replies), _Rehearsed([])) is _PASSED


def _parsed(job: bytes) -> Any:
    return _decode(job.decode())[0]


def _channel(job: Job, fd: int, answer_bytes: int, supervisor: Channel) -> Channel:
    seconds = job["test"].get("callSeconds")
    if seconds is None:
        return Channel(fd, answer_bytes)
    return TimedChannel(fd, answer_bytes, seconds, partial(_ask_for_more, supervisor))


def _ask_for_more(supervisor: Channel, elapsed: float, limit: float) -> float:
    """Seconds that a call may still take: the supervisor knows what others took of it."""
    times = {"elapsedMs": math.ceil(1_000 * elapsed), "limitMs": math.floor(1_000 * limit)}
    supervisor.send(json.dumps({"kind": "overdue", **times}).encode())
    return int(supervisor.receive()) / 1_000


class _Rehearsed(Channel):
    """A channel to nobody."""

    __slots__ = ("_replies",)

    def __init__(self, replies: list[bytes]) -> None:
        super().__init__(-1, 0)
        self._replies = iter(replies)

    def send(self, payload: bytes) -> None:
        pass

    def receive(self, *, more: bool = False) -> bytes:
        return next(self._replies)


def _judge(job: Job, channel: Channel, supervisor: Channel) -> Outcome:
    conversation = Conversation(channel, job)
    try:
        conversation.open()
        if job["test"]["kind"] == "inputs":
            conversation.wait_until_ready()
            inputs_test.run(job, conversation, lambda part: _tell(supervisor, part))
        else:
            source_test.run(job, conversation)
    except BaseException as error:
        outcome = _name(error, conversation, job)
    else:
        outcome = _PASSED
    # A test may swallow every exception; what ended the conversation still decides.
    return outcome if conversation.ending is None else conversation.ending.outcome


def _tell(supervisor: Channel, part: str) -> None:
    """At once: whatever ends the sample later, the part has passed."""
    supervisor.send(json.dumps({"kind": "part-passed", "part": part}).encode())


def _name(error: BaseException, conversation: Conversation, job: Job) -> Outcome:
    """What the exception that left the test says of the sample."""
    if isinstance(error, Ending):
        return error.outcome
    told = conversation.mirror.told(error)
    if told is not None:
        return failed("memory" if told.is_memory else "exception", told.detail)
    if isinstance(error, MemoryError):
        return failed("memory", "the checker ran out of memory over the answer")
    where = source_test.where(error.__traceback__, job)
    if conversation.answers > 0:
        where += f"; last answer: {brief(conversation.last_answer)}"
    if conversation.opaque_names:
        return failed(
            "opaque-answer",
            f"a value of type {conversation.opaque_names[0]} equals no plain data: {where}",
        )
    if isinstance(error, AssertionError):
        return failed("assertion", where)
    return failed("exception", f"{type(error).__name__}: {message_of(error)} ({where})")
