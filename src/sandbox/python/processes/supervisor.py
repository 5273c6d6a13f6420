"""The trusted side of one worker: takes jobs, has them run, keeps the time, names what happened.

    supervisor.py   stdin: one line of JSON with the `Config`, then two lines a job: its `Terms`
                    and the job itself
                    stdout: one line {"kind": "ready"}, then one line of JSON a job

It runs no program of anybody's: a job goes to a checker as the bytes that came in, and of the
checker's report only known words and short text are taken over, or the values of a reference
solution as the text they came in.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from typing import TypedDict

from outcome import MAX_PARTS, Outcome, checked, failed, name_of_death
from processor import Clock, Starved
from spawn import ZygoteConfig, ZygoteGone, ZygoteHandle

_CHUNK = 1 << 16


class Config(ZygoteConfig):
    slot: int
    """Number of the worker, from 0."""


class Terms(TypedDict):
    """What a job may take."""

    timeoutMs: int
    longestMs: int
    """Wall time after which a sample that others kept from running is given up."""
    reportBytes: int


def main() -> None:
    config: Config = json.loads(sys.stdin.buffer.readline())
    _stay_on_one_processor(config["slot"])
    try:
        worker = Worker(config)
        _say({"kind": "ready"})
        for terms in sys.stdin.buffer:
            _say(worker.do(json.loads(terms), sys.stdin.buffer.readline()))
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
        self._candidates = ZygoteHandle("candidate", config)
        self._checkers = ZygoteHandle("checker", config)
        self._next = self._pair()

    def do(self, terms: Terms, job: bytes) -> Outcome:
        """One job, and what it came to; parts of its test that passed are named beside it."""
        seconds, longest = terms["timeoutMs"] / 1_000, terms["longestMs"] / 1_000
        checker = self._next
        processes = (self._candidates, self._checkers)
        reports = _Reports(checker, Clock(processes, seconds, longest), terms["reportBytes"])
        try:
            checker.settimeout(longest)
            checker.sendall(len(job).to_bytes(4, "little") + job)
        except OSError:
            pass  # gone, or out of time: receiving tells which
        self._next = self._pair()
        passed_parts: list[str] = []
        outcome = self._outcome(reports, passed_parts, seconds)
        checker.close()
        settled = self._settle(outcome)
        return {**settled, "passedParts": passed_parts} if passed_parts else settled

    def _outcome(self, reports: _Reports, passed_parts: list[str], seconds: float) -> Outcome:
        try:
            while True:
                outcome = checked(reports.next())
                if outcome["kind"] == "overdue":
                    reports.grant(outcome)
                    continue
                if outcome["kind"] != "part-passed":
                    return outcome
                if len(passed_parts) < MAX_PARTS:
                    passed_parts.append(outcome["part"])
        except TimeoutError:
            return failed("timeout", f"over {seconds:g} s")
        except Starved as error:
            return {"kind": "starved", "detail": str(error)}
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


class _Reports:
    """What a checker sends. Whoever writes it slowly meets the clock."""

    def __init__(self, checker: socket.socket, clock: Clock, longest: int) -> None:
        self._checker = checker
        self._clock = clock
        self._longest = longest
        self._data = bytearray()

    def next(self) -> bytes:
        size = int.from_bytes(self._take(4), "little")
        if size > self._longest:
            raise EOFError
        return self._take(size)

    def grant(self, overdue: Outcome) -> None:
        """Answers a checker that waited for one call as long as it may: how much longer it may."""
        elapsed, limit = overdue["elapsedMs"] / 1_000, overdue["limitMs"] / 1_000
        more = b"%d" % max(0, round(1_000 * self._clock.more(elapsed, limit)))
        self._checker.settimeout(limit)
        self._checker.sendall(len(more).to_bytes(4, "little") + more)

    def _take(self, size: int) -> bytes:
        data = self._data
        while len(data) < size:
            self._checker.settimeout(self._clock.wait())
            try:
                part = self._checker.recv(_CHUNK)
            except TimeoutError:
                self._clock.look()
                continue
            if not part:
                raise EOFError
            data += part
            if len(data) < size and self._clock.is_due():
                self._clock.look()
        taken = bytes(data[:size])
        del data[:size]
        return taken


if __name__ == "__main__":
    main()
