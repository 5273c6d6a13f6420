"""An exception on its way from the candidate to the checker.

It travels as plain data: (names of its classes, message, line of the completion or None). On the
other side it is raised again as a class of ours, which also derives from the first built-in
exception among those names, so that a test's `except ValueError` works. StopIteration, SystemExit
and their like are on no list: they would steer the code of the test.
"""

from __future__ import annotations

import builtins
from types import TracebackType

import wire

PROGRAM_FILE = "<completion>"
"""File name of prompt and completion in tracebacks."""

_MIRRORED = frozenset(
    (
        "ArithmeticError",
        "AssertionError",
        "AttributeError",
        "EOFError",
        "ImportError",
        "IndexError",
        "KeyError",
        "LookupError",
        "MemoryError",
        "ModuleNotFoundError",
        "NameError",
        "NotImplementedError",
        "OSError",
        "OverflowError",
        "PermissionError",
        "RecursionError",
        "RuntimeError",
        "TypeError",
        "UnicodeError",
        "ValueError",
        "ZeroDivisionError",
    )
)

Description = tuple[list[str], str, "int | None"]


def describe(error: BaseException) -> Description:
    """The exception as plain data; its line is counted from the start of the program."""
    names = [kind.__name__[: wire.MAX_NAME_CHARS] for kind in type(error).__mro__[:8]]
    try:
        message = str(error)[: wire.MAX_MESSAGE_CHARS]
    except BaseException:
        message = "(no message: its __str__ fails)"
    if isinstance(error, SyntaxError):
        return names, str(error.msg)[: wire.MAX_MESSAGE_CHARS], error.lineno
    return names, message, _line(error.__traceback__)


def _line(trace: TracebackType | None) -> int | None:
    line = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == PROGRAM_FILE:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


class CandidateError(Exception):
    """The candidate raised an Exception."""

    detail = ""
    is_memory = False


class CandidateExit(BaseException):
    """The candidate raised what is not an Exception: SystemExit, KeyboardInterrupt, …"""

    detail = ""
    is_memory = False


def mirror(description: object, prompt_lines: int) -> CandidateError | CandidateExit:
    """The exception to raise in the checker. `description` is hostile."""
    names, message, line = _checked(description)
    error = _mirror_class(names)(message)
    where = "" if line is None else f" (line {line - prompt_lines} of the completion)"
    error.detail = f"{names[0]}: {message}{where}"
    error.is_memory = "MemoryError" in names
    return error


def _mirror_class(names: list[str]) -> type[CandidateError] | type[CandidateExit]:
    for name in names:
        if name in _MIRRORED:
            base = getattr(builtins, name)
            return type(name, (CandidateError, base), {})
    return CandidateError if "Exception" in names else CandidateExit


def _checked(description: object) -> Description:
    if type(description) is not tuple or len(description) != 3:
        return ["Exception"], "(malformed exception)", None
    names, message, line = description
    names = names[:8] if type(names) is list else []
    names = [name[: wire.MAX_NAME_CHARS] for name in names if type(name) is str] or ["Exception"]
    message = message[: wire.MAX_MESSAGE_CHARS] if type(message) is str else ""
    line = line if type(line) is int and 0 <= line < 1 << 31 else None
    return names, message, line
