"""Which statements a text holds, by Python's own parser. Nothing of the text is run.

Where a text is no program as a whole, its runs of lines that are one count, as a model leaves them
between prose. A statement is never torn apart: one that is broken or cut off is in no run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import scopes

Outcome = dict[str, Any]

_ONLY_PARSE = 0x400
"""PyCF_ONLY_AST: `ast` itself is a module that every fork would pay for."""

_MOST_CHARS = 1 << 18
_MOST_PARSES = 3_000
"""A text of prose takes about one a line."""

_BLANKS = " \t"


class _Run(NamedTuple):
    first: int
    """Its first line, from 0."""
    indent: int
    tree: Any


class _Broken(Exception):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line
        """From 0, within what was parsed."""


def compute(job: dict[str, Any]) -> Outcome:
    """The outlines of the `texts`."""
    return {"kind": "outlines", "outlines": [_outline(text) for text in job["texts"]]}


def _outline(text: str) -> dict[str, Any]:
    lines = text.split("\n")
    try:
        return {"isWhole": True, "statements": _statements([_Run(0, 0, _parsed(lines))])}
    except _Broken:
        runs = list(_runs(lines)) if len(text) <= _MOST_CHARS else []
        return {"isWhole": False, "statements": _statements(runs)}


def _statements(runs: list[_Run]) -> list[dict[str, Any]]:
    return [
        {
            "run": number,
            "start": run.first + scopes.first_line(node) - 1,
            "end": run.first + node.end_lineno,
            "indent": run.indent,
            **scopes.facts(node),
        }
        for number, run in enumerate(runs)
        for node in run.tree.body
    ]


def _runs(lines: list[str]) -> Iterator[_Run]:
    parses = at = 0
    while at < len(lines) and parses < _MOST_PARSES:
        if not lines[at].strip():
            at += 1
            continue
        indent = _indent(lines[at])
        end = _end_of_level(lines, at, indent)
        while end > at:
            parses += 1
            try:
                tree = _parsed([line[indent:] for line in lines[at:end]])
            except _Broken as broken:
                wrong = min(at + broken.line, end - 1)
                end = _start_of_statement(lines, at, wrong, indent)
            else:
                yield _Run(at, indent, tree)
                break
        at = end if end > at else _behind(lines, at, wrong, indent)


def _parsed(lines: list[str]) -> Any:
    try:
        return compile("\n".join(lines) + "\n", "<text>", "exec", _ONLY_PARSE, True)
    except SyntaxError as error:
        raise _Broken((error.lineno or 1) - 1) from None
    except (ValueError, OverflowError, MemoryError, RecursionError):
        raise _Broken(0) from None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(_BLANKS))


def _end_of_level(lines: list[str], at: int, indent: int) -> int:
    """The first line from `at` on that is indented less, or otherwise."""
    prefix = lines[at][:indent]
    for number in range(at, len(lines)):
        if lines[number].strip() and not lines[number].startswith(prefix):
            return number
    return len(lines)


def _start_of_statement(lines: list[str], at: int, wrong: int, indent: int) -> int:
    """The first line of the outermost statement that the wrong line belongs to, by indentation."""
    while wrong > at and (not lines[wrong].strip() or _indent(lines[wrong]) > indent):
        wrong -= 1
    return wrong


def _behind(lines: list[str], at: int, wrong: int, indent: int) -> int:
    """Where to go on behind a statement that is broken: with it goes all that is indented below."""
    at += 1
    if wrong < at:
        return at
    while at < len(lines) and (not lines[at].strip() or _indent(lines[at]) > indent):
        at += 1
    return at
