"""What the parent may ask, checked before anything is done; protocol.ts holds the same for both directions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

VERSION = 1


class ProtocolError(Exception):
    """The parent sent what it must not: a defect of evalkit's."""


class Refused(Exception):
    """Something that the user can fix; `kind` is the one of evalkit's own errors."""

    def __init__(self, message: str, kind: str = "usage") -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True)
class Optional:
    """A key that may be absent."""

    of: Any


NUMBER = (int, float)
PROMPT = {
    "kind": str,
    "text": Optional(str),
    "system": Optional(str),
    "user": Optional(str),
    "answerPrefix": Optional(str),
}
DECODE = {
    "mode": {"greedy", "sample", "assisted", "lookup"},
    "temperature": Optional(NUMBER),
    "topP": Optional(NUMBER),
    "topK": Optional(int),
    "noise": Optional(str),
    "maxDraft": Optional(int),
    "ngramMin": Optional(int),
    "ngramMax": Optional(int),
}
SEQUENCE = {"tokens": [int], "decode": DECODE, "seed": int, "maxTokens": int}
WINDOW = {"id": str, "tokens": [int], "scoreFrom": int, "follow": Optional([[int]])}
MODEL = {
    "modelPath": str,
    "method": str,
    "options": dict,
    "dtype": {"float32", "bfloat16", "float16"},
    "attention": {"eager", "sdpa", "flash"},
    "device": {"cpu", "cuda"},
    "trustRemoteCode": bool,
}
QUESTIONS: dict[str, dict[str, Any]] = {
    "open": {"protocol": int, **MODEL, "threads": int, "memoryBytes": Optional(int)},
    "render": {"prompts": [PROMPT]},
    "tokenize": {"texts": [str]},
    "generate": {"sequences": [SEQUENCE]},
    "score": {"windows": [WINDOW], "top": int},
    "benchmark": {"prompts": [[int]], "newTokens": int},
    "load-draft": MODEL,
}


def check_question(question: dict[str, Any]) -> None:
    kind = question.get("kind")
    if not isinstance(kind, str) or kind not in QUESTIONS:
        raise ProtocolError(f"no question is called {kind!r}")
    check(question, {"kind": str, **QUESTIONS[kind]}, kind)
    if kind == "open" and question["protocol"] != VERSION:
        raise ProtocolError(f"protocol {question['protocol']} is not the worker's {VERSION}")


def check_ended(answer: dict[str, Any], rows: int) -> None:
    check(answer, {"kind": {"ended"}, "rows": [int]}, "ended")
    if any(not 0 <= row < rows for row in answer["rows"]):
        raise ProtocolError(f"ended: {answer['rows']} are not rows of {rows}")


def check(value: Any, shape: Any, where: str) -> None:
    """`shape`: a type, several, a set of words, `[shape]` for lists, or a dict of shapes by key."""
    if isinstance(shape, dict):
        _check_object(value, shape, where)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            raise ProtocolError(f"{where}: {value!r} is no list"[:200])
        for index, item in enumerate(value):
            check(item, shape[0], f"{where}[{index}]")
    elif isinstance(shape, set):
        if not isinstance(value, str) or value not in shape:
            raise ProtocolError(f"{where}: {value!r} is none of {sorted(shape)}"[:200])
    # A bool is an int to Python and none to anyone else.
    elif not isinstance(value, shape) or (isinstance(value, bool) and shape is not bool):
        raise ProtocolError(f"{where}: {value!r} is of another type than {shape}"[:200])


def _check_object(value: Any, shape: dict[str, Any], where: str) -> None:
    if not isinstance(value, dict):
        raise ProtocolError(f"{where}: {value!r} is no object"[:200])
    unknown = value.keys() - shape.keys()
    if unknown:
        raise ProtocolError(f"{where}: nothing is called {sorted(unknown)}")
    for key, inner in shape.items():
        if isinstance(inner, Optional):
            if key in value:
                check(value[key], inner.of, f"{where}.{key}")
        elif key not in value:
            raise ProtocolError(f"{where}: {key} is missing")
        else:
            check(value[key], inner, f"{where}.{key}")
