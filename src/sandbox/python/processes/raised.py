"""An exception as plain data, on its way from the candidate to the checker; `mirror` reads it."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

import wire

PROGRAM_FILE = "<completion>"
"""File name of prompt and completion in tracebacks."""

OWN = ""
"""In place of a module, for classes that prompt or completion define."""

MAX_CLASSES = 16
_MAX_CAUSES = 3

# What built-in classes keep beside `args`.
MEMBERS = (
    "name path filename filename2 msg lineno offset text end_lineno end_offset print_file_and_line"
).split()

Description = tuple[Any, ...]
"""Classes as [module, name], message, line of the program, args, attributes, cause."""


def describe(error: BaseException, *, briefly: bool = False) -> Description:
    """The exception as plain data; its line is counted from the start of the program.

    `briefly`: without what it carries, which may be more than the wire bears.
    """
    return _describe(error, 0 if briefly else _MAX_CAUSES)


def message_of(error: BaseException) -> str:
    """What it says, cut short."""
    try:
        text = str(error.msg if isinstance(error, SyntaxError) else error)
    except BaseException:
        return "(no message: its __str__ fails)"
    return text[: wire.MAX_MESSAGE_CHARS]


def _describe(error: BaseException, causes: int) -> Description:
    classes = [_home(kind) for kind in type(error).__mro__[:MAX_CLASSES]]
    line = error.lineno if isinstance(error, SyntaxError) else _line(error.__traceback__)
    told = (classes, message_of(error), line)
    if causes == 0:
        return (*told, None, {}, None)
    cause = error.__cause__
    nested = _describe(cause, causes - 1) if isinstance(cause, BaseException) else None
    return (*told, tuple(map(_still, error.args)), _attributes(error), nested)


def _home(kind: Any) -> list[str]:
    """Where others find the class, if it is what they find there."""
    try:
        module, name = str(kind.__module__), str(kind.__qualname__)
        found: Any = sys.modules.get(module)
        for part in name.split("."):
            found = getattr(found, part, None)
    except BaseException:
        return [OWN, "Exception"]
    return [module if found is kind else OWN, name[: wire.MAX_NAME_CHARS]]


def _attributes(error: BaseException) -> dict[str, Any]:
    members = {name: getattr(error, name, None) for name in MEMBERS}
    own = {name: value for name, value in members.items() if value is not None}
    own.update(getattr(error, "__dict__", {}))
    return {name: _still(value) for name, value in own.items() if type(name) is str}


def _still(value: Any) -> Any:
    """Nothing that would have to be run for its values."""
    return type(type(value).__name__, (), {})() if hasattr(type(value), "__next__") else value


def _line(trace: TracebackType | None) -> int | None:
    line = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == PROGRAM_FILE:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
