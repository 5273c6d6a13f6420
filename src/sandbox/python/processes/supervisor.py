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

from checkers import MOST_SAMPLES, Checker
from outcome import GOES_ON, MAX_PARTS, Outcome, checked, failed, name_of_death
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
    keepsChecker: bool
    """The test is trusted: its checker may judge others with trusted tests."""


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
        # Without a filter a sample can leave processes behind, which could reach its checker.
        self._may_keep = "seccomp" in config["mechanisms"]
        self._next = self._pair(keeps=False)

    def do(self, terms: Terms, job: bytes) -> Outcome:
        """One job, and what it came to; parts of its test that passed are named beside it."""
        seconds, longest = terms["timeoutMs"] / 1_000, terms["longestMs"] / 1_000
        keeps = terms["keepsChecker"] and self._may_keep
        if self._next.has_served and not keeps:
            self._discard_next()
            self._next = self._pair(keeps=False)
        checker = self._next
        clock = Clock((self._candidates, self._checkers), seconds, longest, checker.begin())
        reports = _Reports(checker.line, clock, terms["reportBytes"])
        try:
            checker.line.settimeout(longest)
            checker.line.sendall(len(job).to_bytes(4, "little") + job)
        except OSError:
            pass  # gone, or out of time: receiving tells which
        self._next = self._after(checker, keeps=keeps)
        passed_parts: list[str] = []
        outcome = self._outcome(reports, passed_parts, seconds)
        goes_on = outcome.pop(GOES_ON, False) and self._next is checker and reports.are_usual()
        settled = self._settle(outcome, ends_checker=not goes_on)
        if not goes_on:
            checker.close()
            if self._next is checker:
                self._end_next_candidate()
                self._next = self._pair(keeps=True)
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

    def _settle(self, outcome: Outcome, *, ends_checker: bool) -> Outcome:
        """Ends the processes; where one left early, its wait status says why."""
        kind = outcome["kind"]
        self._candidates.ask_to_end(gently=kind == "candidate-gone")
        if ends_checker:
            self._checkers.ask_to_end(gently=kind == "checker-gone")
        candidate = self._candidates.ended()
        checker = self._checkers.ended() if ends_checker else 0
        if kind == "candidate-gone":
            return name_of_death("candidate", candidate)
        if kind == "checker-gone":
            return name_of_death("checker", checker)
        return outcome

    def _after(self, checker: Checker, *, keeps: bool) -> Checker:
        """The checker of the next sample, whose candidate has been forked: this one, if it may be."""
        if not (keeps and checker.has_ends()):
            return self._pair(keeps=keeps)
        self._candidates.start(checker.take_end())
        return checker

    def _pair(self, *, keeps: bool) -> Checker:
        """Forks a checker and a candidate, joined by a socket."""
        checker = Checker(self._checkers, MOST_SAMPLES if keeps else 1)
        self._candidates.start(checker.take_end())
        return checker

    def _discard_next(self) -> None:
        self._end_next_candidate()
        self._checkers.ask_to_end()
        self._checkers.ended()
        self._next.close()

    def _end_next_candidate(self) -> None:
        self._candidates.ask_to_end()
        self._candidates.ended()

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

    def are_usual(self) -> bool:
        """Whether nothing came behind the last, nor so late that the clock was looked at."""
        return not self._data and not self._clock.has_looked()

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
