"""Runs one sample (level L1: resource limits, nothing more) and says how it ended.

stdin:  one JSON object: prompt, completion, test, entryPoint, memoryBytes, cpuSeconds.
fd 3:   a line {"ready": true} once the limits stand, then the outcome as a line of JSON.
The sample shares this interpreter: at this level a hostile sample can forge its outcome.
"""

import json
import os
import random
import resource
import sys

VERDICT_FD = 3
MAX_DETAIL = 300


def say(message: dict[str, object]) -> None:
    os.write(VERDICT_FD, json.dumps(message).encode() + b"\n")


def confine(memory_bytes: int, cpu_seconds: int) -> None:
    """Limits memory and processor time, forbids files and core dumps, and silences the output."""
    for what, limit in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)


def cause_of(error: BaseException) -> str:
    if isinstance(error, AssertionError):
        return "assertion"
    if isinstance(error, MemoryError):
        return "memory"
    return "exception"


def outcome_of(program: str) -> dict[str, object]:
    try:
        exec(compile(program, "<sample>", "exec"), {"__name__": "__sample__"})
    except BaseException as error:  # SystemExit and KeyboardInterrupt are answers too
        detail = f"{type(error).__name__}: {error}"[:MAX_DETAIL]
        return {"kind": "failed", "cause": cause_of(error), "detail": detail}
    return {"kind": "passed"}


def main() -> None:
    job = json.load(sys.stdin)
    confine(job["memoryBytes"], job["cpuSeconds"])
    say({"ready": True})
    random.seed(0)  # the tests of some tasks draw random inputs
    program = f"{job['prompt']}{job['completion']}\n{job['test']}\ncheck({job['entryPoint']})"
    say(outcome_of(program))
    os._exit(0)


main()
