"""Checks the worker's own checker: `worker_checks.py`. Needs neither torch nor transformers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3] / "src" / "engines" / "torch"))

from worker.protocol import ProtocolError, check_ended, check_question  # noqa: E402

MODEL = {
    "modelPath": "/m",
    "method": "plain",
    "options": {},
    "dtype": "float32",
    "attention": "sdpa",
    "device": "cpu",
    "trustRemoteCode": False,
}
OPEN = {"kind": "open", "protocol": 1, "threads": 2, **MODEL}
SEQUENCE = {"tokens": [1], "decode": {"mode": "greedy"}, "seed": 1, "maxTokens": 4}

RIGHT: list[dict[str, Any]] = [
    OPEN,
    {**OPEN, "memoryBytes": 5},
    {"kind": "generate", "sequences": [SEQUENCE]},
    {"kind": "tokenize", "texts": ["a"]},
]
WRONG: list[dict[str, Any]] = [
    {},
    {"kind": ["open"]},
    {"kind": "exec", "code": "1"},
    {**OPEN, "protocol": 2},
    {**OPEN, "threads": True},
    {**OPEN, "threads": "2"},
    {**OPEN, "dtype": "float8"},
    {**OPEN, "more": 1},
    {key: value for key, value in OPEN.items() if key != "device"},
    {"kind": "generate", "sequences": [{**SEQUENCE, "tokens": ["1"]}]},
    {"kind": "generate", "sequences": [{**SEQUENCE, "decode": {"mode": "beam"}}]},
    {"kind": "generate", "sequences": {}},
    {"kind": "tokenize", "texts": [None]},
]


def is_refused(question: dict[str, Any]) -> bool:
    try:
        check_question(question)
    except ProtocolError:
        return True
    return False


for question in RIGHT:
    assert not is_refused(question), question
for question in WRONG:
    assert is_refused(question), question
check_ended({"kind": "ended", "rows": [0, 1]}, 2)
for answer in ({"kind": "ended", "rows": [2]}, {"kind": "ended", "rows": [-1]}, {"kind": "go"}):
    try:
        check_ended(answer, 2)
    except ProtocolError:
        continue
    raise AssertionError(answer)
