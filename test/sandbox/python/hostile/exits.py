#: leaves by sys.exit -> exception
import sys

def solve(value):
    sys.exit(0)

#: leaves by sys.exit while it is loaded -> exception
import sys
sys.exit(0)

#: leaves by os._exit -> protocol
import os

def solve(value):
    os._exit(0)

#: leaves by os._exit while it is loaded -> protocol
import os
os._exit(0)

#: leaves by quit -> exception
def solve(value):
    quit()

#: raises SystemExit -> exception
def solve(value):
    raise SystemExit(0)

#: raises KeyboardInterrupt -> exception
def solve(value):
    raise KeyboardInterrupt

#: raises GeneratorExit -> exception
def solve(value):
    raise GeneratorExit

#: raises StopIteration -> exception
def solve(value):
    raise StopIteration(right(value))

#: raises an exception that cannot be told -> exception
class Mute(Exception):
    def __str__(self):
        raise SystemExit(0)
    __repr__ = __str__

def solve(value):
    raise Mute

#: aborts -> signal, exception
import os

def solve(value):
    os.abort()

#: kills itself -> exception
import os, signal

def solve(value):
    os.kill(os.getpid(), signal.SIGKILL)

#: stops itself -> exception
import os, signal

def solve(value):
    os.kill(os.getpid(), signal.SIGSTOP)
    return right(value)

#: crashes in C -> signal
import ctypes

def solve(value):
    ctypes.string_at(0)

#: overflows the C stack -> signal, exception, memory
import ctypes, threading

def solve(value):
    deep = "(" * 90 + ")" * 90
    callback = ctypes.CFUNCTYPE(ctypes.c_int)
    again = callback(lambda: again())
    import sys
    sys.setrecursionlimit(10**8)
    return again()

#: leaves an exit handler behind -> exception
import atexit, os

atexit.register(os._exit, 0)

def solve(value):
    raise SystemExit(0)

#: leaves in a destructor -> protocol
import os

class Last:
    def __del__(self):
        os._exit(0)

def solve(value):
    Last()
    return right(value)

#: leaves in a thread -> protocol
import os, threading, time

def solve(value):
    threading.Thread(target=lambda: os._exit(0)).start()
    time.sleep(2)
    return None

#: runs over itself with another program -> exception
import os

def solve(value):
    os.execv(BAIT["program"], [BAIT["program"], "--version"])
