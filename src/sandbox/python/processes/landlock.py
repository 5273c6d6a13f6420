"""A landlock domain in which nothing is left of the file system but what is named for reading.

Numbers from linux/landlock.h. Rights that the kernel does not know yet are left out; `evalkit`
never relies on landlock for them (seccomp denies connecting, signalling and writing too).
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_FLAG, _PATH_BENEATH = 1, 1

_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_FIRST_RIGHTS = (1 << 13) - 1
# Rights added since: ABI 2 refer, 3 truncate, 5 ioctl on devices.
_LATER_RIGHTS = ((2, 1 << 13), (3, 1 << 14), (5, 1 << 15))
# ABI 4: bind and connect TCP. ABI 6: abstract unix sockets and signals stay inside.
_NET_RIGHTS, _SCOPES = 3, 3

_libc = ctypes.CDLL(None, use_errno=True)


def abi() -> int:
    """The kernel's landlock version; 0 where there is none."""
    version: int = _libc.syscall(_CREATE_RULESET, None, 0, _VERSION_FLAG)
    return max(0, version)


def restrict(readable: list[str], listable: list[str]) -> None:
    """Leaves reading beneath `readable` and listing of `listable`; nothing undoes it."""
    ruleset = _ruleset(abi())
    for path in readable:
        _allow(ruleset, path, _READ_FILE | _READ_DIR)
    for path in listable:
        _allow(ruleset, path, _READ_DIR)
    _check(_libc.syscall(_RESTRICT_SELF, ruleset, 0), "landlock_restrict_self")
    os.close(ruleset)


def _ruleset(version: int) -> int:
    rights = _FIRST_RIGHTS
    for since, right in _LATER_RIGHTS:
        if version >= since:
            rights |= right
    attributes = struct.pack("<Q", rights)
    if version >= 4:
        attributes += struct.pack("<Q", _NET_RIGHTS)
    if version >= 6:
        attributes += struct.pack("<Q", _SCOPES)
    result = _libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    return _check(result, "landlock_create_ruleset")


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what this user cannot open needs no rule
    if not stat.S_ISDIR(os.fstat(place).st_mode):
        rights &= _READ_FILE  # a right on directories alone is an error on a file
    rule = struct.pack("<Qi", rights, place)
    _check(_libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0), f"landlock_add_rule {path}")
    os.close(place)


def _check(result: int, call: str) -> int:
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{call}: {os.strerror(error)}")
    return result
