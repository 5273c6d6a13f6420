"""A filter that refuses every system call but those a sample needs.

The filter is a program of classic BPF over `struct seccomp_data` (linux/seccomp.h): number of the
call, architecture word, arguments. It reads top down: the first rule that matches decides.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct

from prctl import prctl
from syscalls import AUDIT_ARCH, conditional_calls, free_calls

_PR_SET_SECCOMP, _MODE_FILTER = 22, 2

# linux/bpf_common.h: load a word; jump if equal, greater, greater or equal, any bit set; return.
_LOAD, _EQUAL, _ABOVE, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x25, 0x35, 0x45, 0x06
_ALLOW, _KILL_PROCESS, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM, _ENOSYS = 1, 38

_NUMBER_AT, _ARCH_AT, _ARGS_AT = 0, 4, 16
_X32_BIT = 0x40000000

# What pthread_create asks of clone, by glibc and by musl (sched.h).
_THREAD_FLAGS = (0x3D0F00, 0x7D0F00)
# fcntl: F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_DUPFD_CLOEXEC. F_SETOWN and F_SETSIG send signals.
_FCNTL_COMMANDS = (0, 1, 2, 3, 1030)
# ioctl: TCGETS (isatty), FIONBIO, FIONCLEX, FIOCLEX.
_IOCTL_REQUESTS = (0x5401, 0x5421, 0x5450, 0x5451)
# prctl: PR_GET_DUMPABLE, PR_SET_NAME, PR_GET_NAME, PR_SET_VMA (malloc names its areas).
_PRCTL_OPTIONS = (3, 15, 16, 0x53564D41)
# socketpair: AF_UNIX, SOCK_STREAM with or without SOCK_CLOEXEC. An event loop wakes itself by one.
_LOCAL, _STREAMS = (1,), (0x1, 0x80001)
# Not O_DIRECT, and not the pipe of notifications that O_EXCL stands for.
_BEYOND_PIPES = 0xFFFFFFFF & ~(os.O_CLOEXEC | os.O_NONBLOCK)
_WRITING = (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC) | (os.O_TMPFILE & ~os.O_DIRECTORY)

_Instruction = tuple[int, int, int, int]


class Filter:
    """A filter built once; `install` is all that a forked child has to do."""

    def __init__(self, machine: str = platform.machine()) -> None:
        code = b"".join(struct.pack("<HBBI", *step) for step in _program(machine))
        self._code = ctypes.create_string_buffer(code, len(code))
        pointer = ctypes.addressof(self._code)
        self._program = ctypes.create_string_buffer(
            struct.pack("HxxxxxxQ", len(code) // 8, pointer)
        )
        self._address = ctypes.addressof(self._program)

    def install(self) -> None:
        """From here on, for this thread and all that it starts; nothing undoes it."""
        prctl(_PR_SET_SECCOMP, _MODE_FILTER, self._address)


def _program(machine: str) -> list[_Instruction]:
    calls = conditional_calls(machine)
    steps = [
        _load(_ARCH_AT),
        (_EQUAL, 1, 0, AUDIT_ARCH[machine]),
        _answer(_KILL_PROCESS),
        _load(_NUMBER_AT),
        (_AT_LEAST, 0, 1, _X32_BIT),
        _answer(_KILL_PROCESS),
    ]
    steps += _when(calls["clone"], _if_argument_is_one_of(0, _THREAD_FLAGS))
    # Without clone3, threads are made by clone, whose flags a filter can see.
    steps += _when(calls["clone3"], [_answer(_ERRNO | _ENOSYS)])
    steps += _when(calls["fcntl"], _if_argument_is_one_of(1, _FCNTL_COMMANDS))
    steps += _when(calls["ioctl"], _if_argument_is_one_of(1, _IOCTL_REQUESTS))
    steps += _when(calls["prctl"], _if_argument_is_one_of(0, _PRCTL_OPTIONS))
    steps += _when(calls["sched_getaffinity"], _if_argument_is_one_of(0, (0,)))
    steps += _when(calls["pipe2"], _if_argument_lacks(1, _BEYOND_PIPES))
    # prlimit64 of process 0 (oneself) without a pointer to new limits.
    steps += _when(calls["prlimit64"], _if_zero(_low(0), _low(2), _high(2)))
    # As write and read: without flags, and without an address.
    for call in ("sendto", "recvfrom"):
        steps += _when(calls[call], _if_zero(_low(3), _low(4), _high(4)))
    steps += _when(
        calls["socketpair"],
        [*_unless_argument_is_one_of(0, _LOCAL), *_if_argument_is_one_of(1, _STREAMS)],
    )
    if "open" in calls:
        steps += _when(calls["open"], _if_argument_lacks(1, _WRITING))
    steps += _when(calls["openat"], _if_argument_lacks(2, _WRITING))
    return steps + _allowed_if_within(_ranges(sorted(free_calls(machine).values())))


def _ranges(numbers: list[int]) -> list[tuple[int, int]]:
    """First and last of each run of consecutive numbers."""
    firsts = [number for number in numbers if number - 1 not in numbers]
    lasts = [number for number in numbers if number + 1 not in numbers]
    return list(zip(firsts, lasts))


def _allowed_if_within(ranges: list[tuple[int, int]]) -> list[_Instruction]:
    """A binary search: on each installation the kernel tries the filter on every call there is."""
    if len(ranges) == 1:
        [(first, last)] = ranges
        allow, refuse = _answer(_ALLOW), _answer(_ERRNO | _EPERM)
        return [(_AT_LEAST, 0, 1, first), (_ABOVE, 0, 1, last), refuse, allow]
    middle = len(ranges) // 2
    lower, upper = _allowed_if_within(ranges[:middle]), _allowed_if_within(ranges[middle:])
    return [(_AT_LEAST, len(lower), 0, ranges[middle][0]), *lower, *upper]


def _load(offset: int) -> _Instruction:
    return (_LOAD, 0, 0, offset)


def _answer(verdict: int) -> _Instruction:
    return (_RETURN, 0, 0, verdict)


def _when(number: int, steps: list[_Instruction]) -> list[_Instruction]:
    """`steps`, which end in an answer, for that call alone."""
    return [(_EQUAL, 0, len(steps), number), *steps]


def _low(argument: int) -> _Instruction:
    return _load(_ARGS_AT + 8 * argument)


def _high(argument: int) -> _Instruction:
    return _load(_ARGS_AT + 8 * argument + 4)


def _if_argument_is_one_of(argument: int, values: tuple[int, ...]) -> list[_Instruction]:
    """For arguments that the kernel reads as 32 bits, or whose upper half means nothing."""
    steps = [_low(argument)]
    for value in values:
        steps += [(_EQUAL, 0, 1, value), _answer(_ALLOW)]
    return [*steps, _answer(_ERRNO | _EPERM)]


def _if_argument_lacks(argument: int, bits: int) -> list[_Instruction]:
    return [_low(argument), (_ANY_BIT, 0, 1, bits), _answer(_ERRNO | _EPERM), _answer(_ALLOW)]


def _unless_argument_is_one_of(argument: int, values: tuple[int, ...]) -> list[_Instruction]:
    """Refuses; for one of them it goes on with what follows."""
    steps = [_low(argument)]
    for left, value in zip(range(len(values), 0, -1), values):
        steps.append((_EQUAL, left, 0, value))
    return [*steps, _answer(_ERRNO | _EPERM)]


def _if_zero(*words: _Instruction) -> list[_Instruction]:
    """For words of arguments, each by the instruction that loads it."""
    steps: list[_Instruction] = []
    for load in words:
        steps += [load, (_EQUAL, 1, 0, 0), _answer(_ERRNO | _EPERM)]
    return [*steps, _answer(_ALLOW)]
