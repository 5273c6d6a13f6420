"""Limits on memory, processor time, files and threads."""

from __future__ import annotations

import resource
import sys

_MAX_DESCRIPTORS = 64
_MAX_THREADS = 64


def limit_memory_and_files(memory_bytes: int) -> None:
    """Limits that a zygote can bear itself; its children inherit them."""
    try:
        _limit(resource.RLIMIT_AS, memory_bytes)
    except ValueError:
        if sys.platform == "linux":
            raise  # macOS refuses this limit; a sandbox that needs it does not start there
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, _MAX_DESCRIPTORS)


def limit_processor(seconds: int, *, own_user: bool) -> None:
    """Limits that count from a child's birth, or count the processes of a user of its own."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))  # SIGXCPU, then SIGKILL
    if own_user:
        _limit(resource.RLIMIT_NPROC, _MAX_THREADS)


def _limit(what: int, value: int) -> None:
    resource.setrlimit(what, (value, value))
