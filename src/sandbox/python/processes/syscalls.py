"""Numbers of the system calls that a sample may make, by architecture.

Sources: asm/unistd_64.h (x86-64) and asm-generic/unistd.h (aarch64, whose column is untested).
A call that aarch64 does not have stands as None.
"""

from __future__ import annotations

SystemCalls = dict[str, int]

# name: (x86-64, aarch64)
_FREE: dict[str, tuple[int, int | None]] = {
    # memory
    "brk": (12, 214),
    "madvise": (28, 233),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "mremap": (25, 216),
    "munmap": (11, 215),
    # reading
    "access": (21, None),
    "close": (3, 57),
    "dup": (32, 23),
    "dup2": (33, None),
    "dup3": (292, 24),
    "faccessat": (269, 48),
    "faccessat2": (439, 439),
    "fstat": (5, 80),
    "getcwd": (79, 17),
    "getdents64": (217, 61),
    "lseek": (8, 62),
    "lstat": (6, None),
    "newfstatat": (262, 79),
    "pread64": (17, 67),
    "read": (0, 63),
    "readlink": (89, None),
    "readlinkat": (267, 78),
    "readv": (19, 65),
    "stat": (4, None),
    "statx": (332, 291),
    "write": (1, 64),
    "writev": (20, 66),
    # waiting
    "clock_getres": (229, 114),
    "clock_gettime": (228, 113),
    "clock_nanosleep": (230, 115),
    "futex": (202, 98),
    "gettimeofday": (96, 169),
    "nanosleep": (35, 101),
    "poll": (7, None),
    "ppoll": (271, 73),
    "pselect6": (270, 72),
    "restart_syscall": (219, 128),
    "sched_yield": (24, 124),
    "select": (23, None),
    "time": (201, None),
    # signals of its own
    "alarm": (37, None),
    "getitimer": (36, 102),
    "rt_sigaction": (13, 134),
    "rt_sigpending": (127, 136),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "rt_sigtimedwait": (128, 137),
    "setitimer": (38, 103),
    "sigaltstack": (131, 132),
    # knowing itself
    "getcpu": (309, 168),
    "getegid": (108, 177),
    "geteuid": (107, 175),
    "getgid": (104, 176),
    "getpgid": (121, 155),
    "getpgrp": (111, None),
    "getpid": (39, 172),
    "getppid": (110, 173),
    "getrandom": (318, 278),
    "getresgid": (120, 150),
    "getresuid": (118, 148),
    "getrusage": (98, 165),
    "getsid": (124, 156),
    "gettid": (186, 178),
    "getuid": (102, 174),
    "sysinfo": (99, 179),
    "times": (100, 153),
    "uname": (63, 160),
    # threads and the end
    "close_range": (436, 436),
    "exit": (60, 93),
    "exit_group": (231, 94),
    "membarrier": (324, 283),
    "rseq": (334, 293),
    "set_robust_list": (273, 99),
}

_CONDITIONAL: dict[str, tuple[int, int | None]] = {
    "clone": (56, 220),
    "clone3": (435, 435),
    "fcntl": (72, 25),
    "ioctl": (16, 29),
    "open": (2, None),
    "openat": (257, 56),
    "pipe2": (293, 59),
    "prctl": (157, 167),
    "prlimit64": (302, 261),
    "recvfrom": (45, 207),
    "sched_getaffinity": (204, 123),
    "sendto": (44, 206),
    "socketpair": (53, 199),
}

AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""The word by which seccomp names the table that a call goes through (linux/audit.h)."""

_COLUMN = {"x86_64": 0, "aarch64": 1}


def free_calls(machine: str) -> SystemCalls:
    """Calls allowed whatever their arguments."""
    return _column(_FREE, machine)


def conditional_calls(machine: str) -> SystemCalls:
    """Calls that `seccomp` allows with some arguments only."""
    return _column(_CONDITIONAL, machine)


def _column(table: dict[str, tuple[int, int | None]], machine: str) -> SystemCalls:
    column = _COLUMN[machine]
    return {name: numbers[column] for name, numbers in table.items() if numbers[column] is not None}  # type: ignore[misc]
