"""The trusted side of one worker: takes jobs, has them run, keeps the time, names what happened.

    supervisor.py   stdin: one line of JSON with the `Config`, then one line a job
                    stdout: one line {"kind": "ready"}, then one line of JSON a job

It runs no program of anybody's: a job goes to a checker as the bytes that came in, and of the
checker's report only known words and short text are taken over.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time

from outcome import Outcome, checked, failed, name_of_death
from spawn import ZygoteConfig, ZygoteGone, ZygoteHandle

_MAX_REPORT = 1 << 16


class Config(ZygoteConfig):
    timeoutMs: int
    slot: int
    """Number of the worker, from 0."""


def main() -> None:
    config: Config = json.loads(sys.stdin.buffer.readline())
    _stay_on_one_processor(config["slot"])
    try:
        worker = Worker(config)
        _say({"kind": "ready"})
        for line in sys.stdin.buffer:
            _say(worker.judge(line))
    except ZygoteGone as error:
        raise SystemExit(str(error)) from None
    worker.close()


def _stay_on_one_processor(slot: int) -> None:
    """Candidate and checker take turns: waking each other up on one processor is cheaper."""
    if hasattr(os, "sched_setaffinity"):
        processors = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {processors[slot % len(processors)]})


def _say(message: Outcome) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


class Worker:
    """Two zygotes and, forked ahead of time, the pair of processes for the next sample."""

    def __init__(self, config: Config) -> None:
        self._seconds = config["timeoutMs"] / 1_000
        self._candidates = ZygoteHandle("candidate", config)
        self._checkers = ZygoteHandle("checker", config)
        self._next = self._pair()

    def judge(self, job: bytes) -> Outcome:
        deadline = time.monotonic() + self._seconds
        checker = self._next
        try:
            checker.settimeout(self._seconds)
            checker.sendall(len(job).to_bytes(4, "little") + job)
        except OSError:
            pass  # gone, or out of time: receiving tells which
        self._next = self._pair()
        outcome = self._verdict(checker, deadline)
        checker.close()
        return self._settle(outcome)

    def _verdict(self, checker: socket.socket, deadline: float) -> Outcome:
        try:
            return checked(_receive(checker, deadline))
        except TimeoutError:
            return failed("timeout", f"over {self._seconds:g} s")
        except (OSError, EOFError):
            return {"kind": "checker-gone"}

    def _settle(self, outcome: Outcome) -> Outcome:
        """Ends both processes; where one left early, its wait status says why."""
        kind = outcome["kind"]
        self._candidates.ask_to_end(gently=kind == "candidate-gone")
        self._checkers.ask_to_end(gently=kind == "checker-gone")
        candidate, checker = self._candidates.ended(), self._checkers.ended()
        if kind == "candidate-gone":
            return name_of_death("candidate", candidate)
        if kind == "checker-gone":
            return name_of_death("checker", checker)
        return outcome

    def _pair(self) -> socket.socket:
        """Forks candidate and checker, joined by a socket; returns the line to the checker."""
        asking, answering = socket.socketpair()
        ours, theirs = socket.socketpair()
        self._candidates.start(answering)
        self._checkers.start(asking, theirs)
        return ours

    def close(self) -> None:
        self._candidates.close()
        self._checkers.close()


def _receive(checker: socket.socket, deadline: float) -> bytes:
    """One report. Whoever writes it slowly meets the deadline."""
    data = b""
    while len(data) < 4 or len(data) < 4 + int.from_bytes(data[:4], "little"):
        checker.settimeout(max(deadline - time.monotonic(), 0.001))
        part = checker.recv(_MAX_REPORT)
        if not part or len(data) > _MAX_REPORT:
            raise EOFError
        data += part
    return data[4:]


if __name__ == "__main__":
    main()
