#: reads a file of the host -> exception
def check(candidate):
    open(BAIT["file"]).read()

#: reads the environment of its parent -> exception
import os

def check(candidate):
    open(f"/proc/{os.getppid()}/environ").read()

#: forks -> exception
import os

def check(candidate):
    os.fork()

#: runs a program -> exception
import os

def check(candidate):
    os.execv(BAIT["program"], [BAIT["program"], "--version"])

#: kills its parent -> exception
import os, signal

def check(candidate):
    os.kill(os.getppid(), signal.SIGKILL)

#: connects by TCP -> exception
import socket

def check(candidate):
    socket.create_connection(("127.0.0.1", BAIT["tcp"]), 1)

#: writes a file -> exception
def check(candidate):
    open(BAIT["folder"] + "/written", "w")

#: leaves -> protocol
import os

def check(candidate):
    os._exit(0)

#: leaves while it is loaded -> exception
raise SystemExit(0)

#: crashes -> signal
import ctypes

def check(candidate):
    ctypes.string_at(0)

#: never ends -> timeout
def check(candidate):
    while True:
        pass

#: takes all memory -> memory
def check(candidate):
    held = []
    while True:
        held.append(bytearray(50_000_000))

#: floods every descriptor -> protocol
import os

def check(candidate):
    while True:
        for descriptor in range(3, 64):
            try:
                os.write(descriptor, b"x" * 100_000)
            except OSError:
                pass

#: reports with a cause that there is not -> protocol
import json, os

def check(candidate):
    report = json.dumps({"kind": "failed", "cause": "bad luck", "detail": "x"}).encode()
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, len(report).to_bytes(4, "little") + report)
        except OSError:
            pass
    os._exit(0)

#: reports a list nested without end -> protocol
import os

def check(candidate):
    report = b"[" * 30_000
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, len(report).to_bytes(4, "little") + report)
        except OSError:
            pass
    os._exit(0)

#: closes its lines -> protocol
import os

def check(candidate):
    os.closerange(3, 64)

#: passes a function that no process can receive -> protocol
def check(candidate):
    assert candidate(lambda: 3) == 9

#: swallows what ended the conversation -> protocol
def check(candidate):
    try:
        candidate(print)
    except BaseException:
        pass

#: patches what judges it -> assertion, protocol
import builtins, sys

def check(candidate):
    builtins.isinstance = lambda *_: False
    builtins.type = lambda *_: None
    sys.modules.clear()
    assert candidate(3) == 10

#: raises an error that cannot be told -> exception
class Mute(Exception):
    def __str__(self):
        raise SystemExit(0)

def check(candidate):
    raise Mute
