"""Judges samples with EvalPlus: `peer.py FOLDER DATA`, samples as JSON lines on stdin.

FOLDER has the package, DATA is HumanEvalPlus.jsonl.gz. As `evalplus.evaluate` does it, whose own
module would import clients of servers: expected values by the reference solution, base and plus in a
process each, two samples at once. Prints a JSON list of [base, plus]: `pass`, `fail`, `timeout`.
"""

from __future__ import annotations

import gzip
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from typing import Any

sys.path.insert(0, sys.argv[1])

from evalplus.eval import untrusted_check
from evalplus.gen.util import trusted_exec

WORKERS = 2
PARTS = ("base", "plus")

with gzip.open(sys.argv[2], "rt") as lines:
    TASKS: dict[str, Any] = {task["task_id"]: task for task in map(json.loads, lines)}
TRUTH: dict[str, Any] = {}


def find_truth(task_id: str) -> None:
    task = TASKS[task_id]
    program = task["prompt"] + task["canonical_solution"]
    for part in PARTS:
        inputs = task[f"{part}_input"]
        TRUTH[f"{task_id} {part}"] = trusted_exec(
            program, inputs, task["entry_point"], record_time=True
        )


def judge(sample: dict[str, str]) -> list[str]:
    task = TASKS[sample["task_id"]]
    verdicts = []
    for part in PARTS:
        expected, times = TRUTH[f"{sample['task_id']} {part}"]
        verdict, _ = untrusted_check(
            "humaneval",
            task["prompt"] + sample["completion"],
            task[f"{part}_input"],
            task["entry_point"],
            expected=expected,
            atol=task["atol"],
            ref_time=times,
            fast_check=True,
            min_time_limit=3.0,  # as ours: 1 s fails right solutions on a busy machine
        )
        verdicts.append(verdict)
    return verdicts


if __name__ == "__main__":
    samples = [json.loads(line) for line in sys.stdin]
    for task_id in {sample["task_id"] for sample in samples}:
        find_truth(task_id)
    with ProcessPoolExecutor(max_workers=WORKERS) as pool:
        print(json.dumps(list(pool.map(judge, samples))))
