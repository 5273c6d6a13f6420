"""What the standard library asks of the system, for a program that has no process but its own.

`multiprocessing.pool.ThreadPool`, its `Lock` and its queues ask the system for named semaphores,
which are files. Threads of one process need no more than locks in its memory.
"""

from __future__ import annotations

import errno
import os
import selectors
import sys
from _thread import get_ident
from types import ModuleType
from typing import Any

_RECURSIVE_MUTEX = 0


class SemLock:
    """As `_multiprocessing.SemLock`; kinds are 0 (a recursive mutex) and 1 (a semaphore)."""

    SEM_VALUE_MAX = (1 << 31) - 1

    def __init__(self, kind: int, value: int, maxvalue: int, name: str, unlink: bool) -> None:
        import threading  # what it does after each fork is not for samples without threads

        self.kind = kind
        self.maxvalue = maxvalue
        self.name = None
        """Nothing to be cleared away."""
        self.handle = 0
        self._value = value
        self._changed = threading.Condition(threading.Lock())
        self._owner = 0
        self._depth = 0

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        if self.kind == _RECURSIVE_MUTEX and self._is_mine():
            self._depth += 1
            return True
        with self._changed:
            if not block and self._value == 0:
                return False
            if not self._changed.wait_for(lambda: self._value > 0, timeout):
                return False
            self._value -= 1
            self._owner = get_ident()
            self._depth += 1
        return True

    def release(self) -> None:
        if self.kind == _RECURSIVE_MUTEX:
            if not self._is_mine():
                raise AssertionError("attempt to release recursive lock not owned by thread")
            if self._depth > 1:
                self._depth -= 1
                return
        with self._changed:
            if self._value >= self.maxvalue:
                raise ValueError("semaphore or lock released too many times")
            self._value += 1
            self._depth -= 1
            self._changed.notify()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def _count(self) -> int:
        return self._depth

    def _is_mine(self) -> bool:
        return self._depth > 0 and self._owner == get_ident()

    def _get_value(self) -> int:
        return self._value

    def _is_zero(self) -> bool:
        return self._value == 0

    def _after_fork(self) -> None:
        pass


def install() -> None:
    """For this process and those forked of it."""
    module: Any = ModuleType("_multiprocessing")
    module.SemLock = SemLock
    module.sem_unlink = lambda name: None
    module.flags = {}
    sys.modules["_multiprocessing"] = module
    # Chosen before there was a filter, which knows poll and not epoll.
    selectors.DefaultSelector = selectors.PollSelector  # type: ignore[misc,assignment]
    os.fork = _fork


_real_fork = os.fork


def _fork() -> int:
    """Where the filter refuses it, the error says so in words."""
    try:
        return _real_fork()
    except PermissionError:
        raise PermissionError(errno.EPERM, "samples start no processes, threads alone") from None
