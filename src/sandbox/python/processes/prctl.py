"""The prctl system call, and what of it every process of the sandbox does."""

from __future__ import annotations

import ctypes
import os

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_SIGKILL = 9

_libc = ctypes.CDLL(None, use_errno=True)
_libc.prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4
_libc.prctl.restype = ctypes.c_int


def prctl(option: int, first: int = 0, second: int = 0) -> None:
    if _libc.prctl(option, first, second, 0, 0) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"prctl {option}: {os.strerror(error)}")


def die_with_parent(parent: int) -> None:
    """Death by SIGKILL once `parent` is gone. A change of user clears it, so this comes after."""
    prctl(_PR_SET_PDEATHSIG, _SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def hide_memory() -> None:
    """No other process of this user may read or trace this one, or dump its core."""
    prctl(_PR_SET_DUMPABLE, 0)


def forbid_new_privileges() -> None:
    """No program that this process starts gains rights; seccomp and landlock ask for it."""
    prctl(_PR_SET_NO_NEW_PRIVS, 1)
