#: takes all memory -> memory
def solve(value):
    held = []
    while True:
        held.append(bytearray(50_000_000))

#: takes all memory in one go -> memory
def solve(value):
    return [0] * (1 << 40)

#: takes all memory and swallows the error -> timeout, memory
def solve(value):
    held = []
    while True:
        try:
            held.append(bytearray(10_000_000))
        except MemoryError:
            pass

#: takes all time -> timeout
def solve(value):
    while True:
        pass

#: sleeps -> timeout
import time

def solve(value):
    time.sleep(1_000)

#: takes all time while it is loaded -> timeout
while True:
    pass

#: swallows every exception and goes on -> timeout
def solve(value):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass

#: ignores all signals and goes on -> timeout
import signal

for number in signal.valid_signals():
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
signal.alarm(0)

def solve(value):
    while True:
        pass

#: recurses without end -> exception
def solve(value):
    return solve(value)

#: recurses 100,000 deep after raising the limit -> exception, signal, memory, assertion
import sys

def down(depth):
    return down(depth - 1) + 1 if depth else 0

def solve(value):
    sys.setrecursionlimit(10**9)
    return down(100_000)

#: a regular expression that never ends -> timeout
import re

def solve(value):
    return re.match(r"(a|a)*(a|a)*(a|a)*b$", "a" * 60)

#: a power that never ends -> timeout, memory
def solve(value):
    return 9 ** 9 ** 9 ** 9

#: a constant that takes all memory to compile -> exception, memory, timeout, assertion
def solve(value):
    return ((((1,) * 4096) * 4096) * 4096)[0]

#: nests deeper than the parser goes -> exception, memory, signal
def solve(value):
    return eval("(" * 100_000 + ")" * 100_000)

#: floods the output -> timeout
def solve(value):
    import os, sys
    while True:
        print("x" * 10_000)
        sys.stderr.write("x" * 10_000)
        os.write(1, b"x" * 10_000)
        os.write(2, b"x" * 10_000)

#: starts threads without end -> exception, memory, timeout
import threading, time

def solve(value):
    threading.stack_size(65_536)
    while True:
        threading.Thread(target=time.sleep, args=(1_000,), daemon=True).start()

#: leaves a thread that never ends -> assertion
import threading

def spin():
    while True:
        pass

def solve(value):
    threading.Thread(target=spin).start()
    return None

#: keeps every processor busy -> timeout
import hashlib, threading

def spin():
    data = b"x" * 10_000_000
    while True:
        hashlib.sha256(data).digest()

def solve(value):
    for _ in range(2):
        threading.Thread(target=spin).start()
    spin()

#: a program of ten megabytes -> assertion, exception, timeout, memory
def solve(value):
    return None
FILL = """PADDING"""
