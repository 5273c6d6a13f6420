#: io_uring -> exception
import ctypes

def solve(value):
    raw(CALLS["io_uring_setup"], 8, ctypes.addressof(ctypes.create_string_buffer(256)))
    return right(value)

#: clone3 -> exception
import ctypes

def solve(value):
    arguments = (ctypes.c_uint64 * 11)(0, 0, 0, 0, 17)
    raw(CALLS["clone3"], ctypes.addressof(arguments), 88)
    return right(value)

#: clone into new namespaces -> exception
def solve(value):
    raw(CALLS["clone"], 0x10000000 | 17, 0, 0, 0, 0)
    return right(value)

#: memfd -> exception
def solve(value):
    raw(CALLS["memfd_create"], b"hidden", 0)
    return right(value)

#: secret memory -> exception
def solve(value):
    raw(CALLS["memfd_secret"], 0)
    return right(value)

#: bpf -> exception
import ctypes

def solve(value):
    raw(CALLS["bpf"], 0, ctypes.addressof(ctypes.create_string_buffer(128)), 128)
    return right(value)

#: keyctl -> exception
def solve(value):
    raw(CALLS["keyctl"], 0, -3, 1, 0, 0)
    return right(value)

#: add_key -> exception
def solve(value):
    raw(CALLS["add_key"], b"user", b"evalkit", b"x", 1, -3)
    return right(value)

#: userfaultfd -> exception
def solve(value):
    raw(CALLS["userfaultfd"], 1)
    return right(value)

#: perf_event_open -> exception
import ctypes

def solve(value):
    raw(CALLS["perf_event_open"], ctypes.addressof(ctypes.create_string_buffer(128)), 0, -1, -1, 0)
    return right(value)

#: unshare -> exception
def solve(value):
    raw(CALLS["unshare"], 0x10000000)
    return right(value)

#: setns -> exception
def solve(value):
    raw(CALLS["setns"], SOCKET, 0)
    return right(value)

#: mount -> exception
def solve(value):
    raw(CALLS["mount"], b"none", b"/", b"tmpfs", 0, 0)
    return right(value)

#: pivot_root -> exception
def solve(value):
    raw(CALLS["pivot_root"], b"/", b"/")
    return right(value)

#: personality -> exception
def solve(value):
    raw(CALLS["personality"], 0x0040000)
    return right(value)

#: System V shared memory -> exception
def solve(value):
    raw(CALLS["shmget"], 0, 4096, 0o1777)
    return right(value)

#: System V messages -> exception
def solve(value):
    raw(CALLS["msgget"], 0, 0o1777)
    return right(value)

#: System V semaphores -> exception
def solve(value):
    raw(CALLS["semget"], 0, 1, 0o1777)
    return right(value)

#: POSIX message queues -> exception
def solve(value):
    raw(CALLS["mq_open"], b"evalkit", 0o102, 0o600, 0)
    return right(value)

#: a timer that outlives its handler -> exception
import ctypes

def solve(value):
    raw(CALLS["timer_create"], 1, 0, ctypes.addressof(ctypes.create_string_buffer(64)))
    return right(value)

#: a filter of its own -> exception
def solve(value):
    raw(CALLS["seccomp"], 0, 0, 0)
    return right(value)

#: strict mode by prctl -> exception
def solve(value):
    raw(CALLS["prctl"], 22, 1, 0, 0, 0)
    return right(value)

#: open by handle -> exception
import ctypes

def solve(value):
    raw(CALLS["open_by_handle_at"], -100, ctypes.addressof(ctypes.create_string_buffer(64)), 0)
    return right(value)

#: openat2 -> exception
import ctypes

def solve(value):
    how = (ctypes.c_uint64 * 3)(0, 0, 0)
    raw(CALLS["openat2"], -100, b"/", ctypes.addressof(how), 24)
    return right(value)

#: watches files -> exception
def solve(value):
    raw(CALLS["inotify_init1"], 0)
    return right(value)

#: watches the whole file system -> exception
def solve(value):
    raw(CALLS["fanotify_init"], 0, 0)
    return right(value)

#: reads the log of the kernel -> exception
import ctypes

def solve(value):
    raw(CALLS["syslog"], 3, ctypes.addressof(ctypes.create_string_buffer(64)), 64)
    return right(value)

#: compares processes -> exception
import os

def solve(value):
    raw(CALLS["kcmp"], os.getpid(), os.getppid(), 0, 0, 0)
    return right(value)

#: the x32 table -> signal
def solve(value):
    raw(0x40000000 + CALLS["getpid"])
    return right(value)

#: the 32-bit table -> signal
import ctypes, mmap

def solve(value):
    # mov eax, 20 (getpid); int 0x80; ret
    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")
    ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()
    return right(value)

#: a number that there is not -> exception
def solve(value):
    raw(9_999)
    return right(value)
