#: forks -> exception
import os

def solve(value):
    if os.fork() == 0:
        os._exit(0)
    return right(value)

#: forks by vfork and clone -> exception
def solve(value):
    raw(CALLS["clone"], 17, 0, 0, 0, 0)
    return right(value)

#: runs a command -> exception, assertion
import os

def solve(value):
    return right(value) if os.system("true") == 0 else None

#: runs a program -> exception
import subprocess

def solve(value):
    subprocess.run([BAIT["program"], "--version"])
    return right(value)

#: spawns a program -> exception
import os

def solve(value):
    os.posix_spawn(BAIT["program"], [BAIT["program"], "--version"], {})
    return right(value)

#: starts a pool of processes -> exception
import multiprocessing

def solve(value):
    with multiprocessing.Pool(1) as pool:
        return pool.map(right, [value])[0]

#: leaves a daemon behind -> exception
import os, time

def solve(value):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)
    return right(value)

#: signals its parent -> exception
import os

def solve(value):
    os.kill(os.getppid(), 0)
    return right(value)

#: kills its parent -> exception
import os, signal

def solve(value):
    os.kill(os.getppid(), signal.SIGKILL)
    return right(value)

#: kills everything -> exception
import os, signal

def solve(value):
    os.kill(-1, signal.SIGKILL)
    return right(value)

#: kills its group -> exception
import os, signal

def solve(value):
    os.killpg(0, signal.SIGKILL)
    return right(value)

#: signals through a handle -> exception
import os, signal

def solve(value):
    signal.pidfd_send_signal(os.pidfd_open(os.getppid()), 0)
    return right(value)

#: signals its parent through its socket -> exception
import fcntl, os

def solve(value):
    fcntl.fcntl(SOCKET, 8, os.getppid())
    fcntl.fcntl(SOCKET, 10, 9)
    fcntl.fcntl(SOCKET, fcntl.F_SETFL, os.O_ASYNC)
    return right(value)

#: signals its parent through the extended owner -> exception
import fcntl, os, struct

def solve(value):
    fcntl.fcntl(SOCKET, 15, struct.pack("ii", 1, os.getppid()))
    return right(value)

#: makes its socket raise signals by ioctl -> exception
import fcntl, os, struct

def solve(value):
    fcntl.ioctl(SOCKET, 0x8901, struct.pack("i", os.getppid()))
    return right(value)

#: traces its parent -> exception
import os

def solve(value):
    raw(CALLS["ptrace"], 16, os.getppid(), 0, 0)
    return right(value)

#: has itself traced -> exception
def solve(value):
    raw(CALLS["ptrace"], 0, 0, 0, 0)
    return right(value)

#: reads the memory of its parent -> exception
import ctypes, os

def solve(value):
    here = ctypes.create_string_buffer(8)
    into = (ctypes.c_size_t * 2)(ctypes.addressof(here), 8)
    there = (ctypes.c_size_t * 2)(id(None), 8)
    raw(CALLS["process_vm_readv"], os.getppid(), ctypes.addressof(into), 1, ctypes.addressof(there), 1, 0)
    return right(value)

#: writes the memory of its parent -> exception
import ctypes, os

def solve(value):
    here = ctypes.create_string_buffer(8)
    out = (ctypes.c_size_t * 2)(ctypes.addressof(here), 8)
    there = (ctypes.c_size_t * 2)(id(None), 8)
    raw(CALLS["process_vm_writev"], os.getppid(), ctypes.addressof(out), 1, ctypes.addressof(there), 1, 0)
    return right(value)

#: takes a descriptor of its parent -> exception
import os

def solve(value):
    raw(CALLS["pidfd_getfd"], os.pidfd_open(os.getppid()), 0, 0)
    return right(value)

#: outlives its parent -> exception
def solve(value):
    raw(CALLS["prctl"], 1, 0, 0, 0, 0)
    return right(value)

#: makes itself readable -> exception
def solve(value):
    raw(CALLS["prctl"], 4, 1, 0, 0, 0)
    return right(value)

#: raises its limits -> exception
import ctypes

def solve(value):
    limits = (ctypes.c_uint64 * 2)(1 << 40, 1 << 40)
    raw(CALLS["prlimit64"], 0, 9, ctypes.addressof(limits), 0)
    return right(value)

#: limits its parent -> exception
import ctypes, os

def solve(value):
    limits = (ctypes.c_uint64 * 2)(0, 0)
    raw(CALLS["prlimit64"], os.getppid(), 0, ctypes.addressof(limits), 0)
    return right(value)

#: moves its parent to one processor -> exception
import os

def solve(value):
    os.sched_setaffinity(os.getppid(), {0})
    return right(value)

#: slows its parent down -> exception
import os

def solve(value):
    os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)
    return right(value)

#: becomes root -> exception
import os

def solve(value):
    os.setuid(0)
    return right(value)

#: starts a session of its own -> exception
import os

def solve(value):
    os.setsid()
    return right(value)
