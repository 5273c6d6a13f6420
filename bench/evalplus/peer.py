"""Judges samples with EvalPlus: `peer.py FOLDER SET DATA`, samples as JSON lines on stdin.

FOLDER has the package, SET is `humaneval` or `mbpp`, DATA the file of HumanEval+ or MBPP+. As `evalplus.evaluate` does it, whose own
module would import clients of servers: expected values by the reference solution, base and plus in a
process each, two samples at once. Prints {"verdicts": [[base, plus], …], "seconds": s}: `pass`, `fail`,
`timeout`, and what judging took once expected values were there and the workers were up.
"""

from __future__ import annotations

import gzip
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from types import SimpleNamespace
from typing import Any

sys.path.insert(0, sys.argv[1])
# A large package that EvalPerf alone needs, and its neighbours import.
sys.modules["datasets"] = SimpleNamespace(load_dataset=None)

from evalplus.data.mbpp import mbpp_deserialize_inputs
from evalplus.eval import untrusted_check
from evalplus.eval._special_oracle import MBPP_OUTPUT_NOT_NONE_TASKS
from evalplus.gen.util import trusted_exec

WORKERS = 2
PARTS = ("base", "plus")

SET = sys.argv[2]

with gzip.open(sys.argv[3], "rt") as lines:
    TASKS: dict[str, Any] = {task["task_id"]: task for task in map(json.loads, lines)}
TRUTH: dict[str, Any] = {}


if SET == "mbpp":
    for each in TASKS.values():
        for name in PARTS:
            field = f"{name}_input"
            each[field] = mbpp_deserialize_inputs(each["task_id"], each[field])


def find_truth(task_id: str) -> None:
    task = TASKS[task_id]
    program = task["prompt"] + task["canonical_solution"]
    for part in PARTS:
        inputs = task[f"{part}_input"]
        TRUTH[f"{task_id} {part}"] = trusted_exec(
            program,
            inputs,
            task["entry_point"],
            record_time=True,
            output_not_none=task["entry_point"] in MBPP_OUTPUT_NOT_NONE_TASKS,
        )


def judge(sample: dict[str, str]) -> list[str]:
    task = TASKS[sample["task_id"]]
    verdicts = []
    for part in PARTS:
        expected, times = TRUTH[f"{sample['task_id']} {part}"]
        verdict, _ = untrusted_check(
            SET,
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
        list(pool.map(judge, samples[:WORKERS]))
        start = time.perf_counter()
        verdicts = list(pool.map(judge, samples))
        seconds = time.perf_counter() - start
    print(json.dumps({"verdicts": verdicts, "seconds": seconds}))
