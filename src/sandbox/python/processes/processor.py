"""How much of the processor a sample's processes had, and how much others took from them.

Read in /proc from outside: nothing that a sample says of itself counts. Only samples that take long
are looked at. Where /proc says nothing, nothing counts as taken: the wall clock decides alone.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterable
from typing import NamedTuple, Protocol

_LOOK_SECONDS = 0.25
_SHORTEST_WAIT = 0.02
_NANOSECONDS = 1e9
_MOST_THREADS = 256
"""That are looked at; the first is the main thread."""

_NICE_STEP = 1.25
_LEAST_FAVOURED = 19


class Usage:
    """Of one process up to now, in seconds."""

    __slots__ = ("cpu", "lost", "running", "threads")

    def __init__(self, process: int) -> None:
        self.threads = [int(name) for name in os.listdir(f"/proc/{process}/task")[:_MOST_THREADS]]
        used, runnable = [], 0
        for thread in self.threads:
            try:
                times = _read(f"/proc/{process}/task/{thread}/schedstat").split()
                state = _fields(f"/proc/{process}/task/{thread}/stat")[0]
            except (FileNotFoundError, ProcessLookupError):
                continue  # ended meanwhile
            used.append((int(times[0]) / _NANOSECONDS, int(times[1]) / _NANOSECONDS))
            runnable += state == "R"
        user, system = _fields(f"/proc/{process}/stat")[11:13]
        ticks = (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
        self.running = runnable
        """Threads that run or wait for their turn."""
        self.cpu = max(ticks, sum((cpu for cpu, _ in used), 0.0))
        # A thread may have waited for its siblings: what these used is not lost to others.
        self.lost = max((delay - (self.cpu - cpu) for cpu, delay in used), default=0.0)


class Spent(NamedTuple):
    """Seconds of the processor that a process had, and that it waited for."""

    cpu: float
    lost: float


NOTHING = Spent(0.0, 0.0)


class Meter:
    """Reads what one process has spent, as cheaply as can be: once before each sample."""

    def __init__(self, process: int | None) -> None:
        try:
            self._file = os.open(f"/proc/{process}/schedstat", os.O_RDONLY)
        except OSError:
            self._file = -1

    def spent(self) -> Spent:
        try:
            cpu, lost = os.pread(self._file, 80, 0).split()[:2]
            return Spent(int(cpu) / _NANOSECONDS, int(lost) / _NANOSECONDS)
        except (OSError, ValueError):
            return NOTHING

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)


class Running(Protocol):
    """What runs a sample's processes one after the other."""

    def process(self) -> int | None:
        """The sample's that was begun first and has not been ended."""


class Clock:
    """The time of one sample, less what others took of it.

    A sample that is ready to run and is not let run stands still; one that sleeps does not.
    """

    def __init__(
        self, processes: Iterable[Running], limit: float, longest: float, before: Spent
    ) -> None:
        """`before`: what the processes had used and lost when the sample began."""
        self._processes = processes
        self._before = before
        self._limit = limit
        self._longest = longest
        self._start = time.monotonic()
        self._looks = [(0.0, 0.0)]
        """Times since the start, and what was lost by then."""
        self._cpu = 0.0
        self._favour: dict[int, int] = {}

    def wait(self) -> float:
        """Seconds until somebody should look."""
        left = self._limit + self._looks[-1][1] - self._elapsed()
        return min(_LOOK_SECONDS, max(left, _SHORTEST_WAIT))

    def has_looked(self) -> bool:
        """Whether the sample took so long that somebody had to."""
        return len(self._looks) > 1

    def is_due(self) -> bool:
        """Whether it has taken longer than it may, should nothing have been lost since."""
        return self._elapsed() >= self._limit + self._looks[-1][1]

    def look(self) -> None:
        """Raises TimeoutError once the sample has used its time up, `Starved` once it cannot."""
        elapsed = self._elapsed()
        usages = [usage for each in self._processes if (usage := _usage(each.process()))]
        cpu = max(0.0, sum(usage.cpu for usage in usages) - self._before.cpu)
        lost = sum(max(usage.lost, 0.0) for usage in usages) - self._before.lost
        lost = min(elapsed - cpu, lost)
        lost = max(lost, self._looks[-1][1])
        stands_still = cpu <= self._cpu and any(usage.running for usage in usages)
        self._cpu = cpu
        self._looks.append((elapsed, lost))
        for usage in usages:
            self._share(usage)
        if elapsed >= self._longest:
            raise Starved(f"it had {cpu:.1f} s of the processor in {elapsed:.0f} s")
        # The kernel counts a wait once it has ended.
        if elapsed - lost >= self._limit and not stands_still:
            raise TimeoutError

    def more(self, elapsed: float, limit: float) -> float:
        """What a step of the sample may still take that has taken `elapsed` and may take `limit`."""
        self.look()
        now, lost = self._looks[-1]
        return limit - (elapsed - (lost - self._lost_by(now - elapsed)))

    def _lost_by(self, moment: float) -> float:
        before = after = self._looks[0]
        for after in self._looks:
            if after[0] >= moment:
                break
            before = after
        span = after[0] - before[0]
        part = 0.0 if span <= 0 else min(1.0, max(0.0, (moment - before[0]) / span))
        return before[1] + part * (after[1] - before[1])

    def _elapsed(self) -> float:
        return time.monotonic() - self._start

    def _share(self, usage: Usage) -> None:
        """Threads of one sample share what one thread of another has: each step is a fifth less."""
        if usage.running < 2:
            return
        favour = min(_LEAST_FAVOURED, round(math.log(usage.running, _NICE_STEP)))
        for thread in usage.threads:
            if self._favour.get(thread, 0) >= favour:
                continue
            self._favour[thread] = favour
            try:
                os.setpriority(os.PRIO_PROCESS, thread, favour)
            except OSError:
                pass  # ended meanwhile


class Starved(Exception):
    """Others took so much that nothing is known of the sample."""


def youngest_descendant(process: int) -> int:
    """The end of a line of only children, as bubblewrap puts two of its own before a program."""
    while children := children_of(process):
        process = children[0]
    return process


def children_of(process: int) -> list[int]:
    """The oldest first; none where /proc does not say."""
    try:
        return [int(child) for child in _read(f"/proc/{process}/task/{process}/children").split()]
    except OSError:
        return []


def _usage(process: int | None) -> Usage | None:
    try:
        return None if process is None else Usage(process)
    except (OSError, ValueError, IndexError):
        return None  # it ended, or /proc does not say


def _fields(path: str) -> list[str]:
    """Of a stat file, from the state on: the name before it may hold anything."""
    return _read(path).rpartition(")")[2].split()


def _read(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()
