#: answers with what changes when it is compared or shown -> opaque-answer
class Sly(int):
    def __eq__(self, other):
        import builtins
        builtins.abs = lambda number: self
        return True

    __hash__ = int.__hash__

    def __repr__(self):
        import builtins
        builtins.abs = lambda number: self
        return "9"

def solve(value):
    return Sly(4)

#: answers with a list that holds itself -> answer-too-large, exception, protocol
def solve(value):
    endless = []
    endless.append(endless)
    return endless

#: answers with one list in many places -> assertion
SHARED = [1]

def solve(value):
    SHARED.append(len(SHARED))
    return [SHARED] * 1_000

#: answers with what it changes afterwards -> assertion
import threading, time

HELD = [9]

def grow():
    while True:
        HELD.append(9)
        time.sleep(0.001)

threading.Thread(target=grow, daemon=True).start()

def solve(value):
    return HELD

#: goes on writing after its verdict -> protocol, assertion
import os, threading

def flood():
    frame = (6).to_bytes(4, "little") + b"Ai\1\0\0\0\x09"
    while True:
        os.write(SOCKET, frame)

def solve(value):
    threading.Thread(target=flood, daemon=True).start()
    return None

#: answers for the samples to come -> protocol, assertion
import os

def solve(value):
    nine = (7).to_bytes(4, "little") + b"Ai\1\0\0\0\x09"
    os.write(SOCKET, ((1).to_bytes(4, "little") + b"R" + nine) * 40)
    return None

#: holds its socket open in copies -> assertion
import os

COPIES = [os.dup(SOCKET) for _ in range(20)]

def solve(value):
    return COPIES

#: leaves half a frame for the next -> protocol
import os

def solve(value):
    os.write(SOCKET, (100).to_bytes(4, "little") + b"Al")
    os._exit(0)

#: raises an exception that calls itself a library to be loaded -> exception
class Loads(Exception):
    pass

Loads.__module__ = "ctypes"
Loads.__qualname__ = Loads.__name__ = "cdll.libm"

import ctypes
ctypes.cdll.libm = Loads

def solve(value):
    raise Loads("loaded")

#: raises an exception of a module that does something when imported -> exception
import sys
from types import ModuleType

class Flies(Exception):
    pass

Flies.__module__ = "antigravity"
sys.modules["antigravity"] = ModuleType("antigravity")
sys.modules["antigravity"].Flies = Flies

def solve(value):
    raise Flies("away")

#: raises what only an import can name -> exception
import pickle

def solve(value):
    raise pickle.UnpicklingError("not imported before")

#: raises what stands deep in a module -> exception
class Deep(Exception):
    pass

Deep.__module__ = "builtins"
Deep.__qualname__ = "Exception.__subclasses__"

def solve(value):
    raise Deep("found")

#: raises an exception with attributes like those of its class -> exception
class Dressed(ValueError):
    pass

def solve(value):
    error = Dressed("x")
    error.__dict__.update(
        {name: "left" for name in ("__class__", "__dict__", "__traceback__", "__cause__", "args")}
    )
    raise error

#: raises an exception with a member that no value fits -> exception
def solve(value):
    error = ImportError("x", name="builtins", path="/")
    error.msg = {"left": [1]}
    raise error

#: raises a thousand classes of its own -> exception
def solve(value):
    kinds = [type(f"Kind{number}", (ValueError, ), {}) for number in range(1_000)]
    raise kinds[-1](kinds)

#: raises a chain of causes -> exception
def solve(value):
    error = ValueError("first")
    for number in range(500):
        another = KeyError(number)
        another.__cause__ = error
        error = another
    raise error

#: raises an exception that carries itself -> exception
def solve(value):
    error = ValueError("x")
    error.args = (error, [error])
    error.own = error
    raise error

#: raises a group of exceptions -> exception
def solve(value):
    raise ValueError([OSError(1, "a", "b", None, "c"), StopIteration(9), SystemExit(0)])

#: raises what ends a process -> exception
def solve(value):
    raise SystemExit(0)

#: raises what ends a loop -> exception
def solve(value):
    raise StopIteration(right(value))

#: raises what interrupts -> exception
def solve(value):
    raise KeyboardInterrupt

#: raises that it has no memory -> memory
def solve(value):
    raise MemoryError

#: answers with an iterator that fails -> exception, assertion
def solve(value):
    def numbers():
        yield 9
        raise RecursionError("later")
    return numbers()

#: answers with an iterator and what it holds -> assertion
def solve(value):
    numbers = [9, 144]
    return [iter(numbers), numbers, iter(numbers)]

#: answers 199 levels deep -> assertion
def solve(value):
    deep = []
    for _ in range(198):
        deep = [deep, (deep,), {1: deep}][:1]
    return deep

#: answers with megabytes -> assertion
def solve(value):
    return ["x" * 10_000_000, b"y" * 10_000_000]

#: answers with a million values -> assertion
def solve(value):
    return [[number] for number in range(1_000_000)]

#: answers with an integer of a megabyte -> assertion, answer-too-large
def solve(value):
    return 1 << 8_000_000

#: answers with numbers of other kinds -> assertion
from decimal import Decimal, getcontext
from fractions import Fraction

def solve(value):
    getcontext().prec = 1
    return [Decimal("sNaN"), Decimal("1E+999999"), Fraction(1, 3), complex("nan"), -0.0]

#: answers with a Decimal that signals -> assertion, exception
from decimal import Decimal

def solve(value):
    return Decimal("sNaN")

#: answers with keys that fall together -> assertion
def solve(value):
    modulus = (1 << 61) - 1
    return {number * modulus: number for number in range(2_000)}

#: answers with names of the checker's -> assertion
def solve(value):
    return dict.fromkeys(["__builtins__", "check", "candidate", "solve", "_surroundings"], 9)

#: answers with not a number in sets -> assertion
def solve(value):
    return {float("nan") for _ in range(100)}

#: answers with an exception -> assertion
def solve(value):
    return ValueError("an answer", [1], {"key": KeyError(2)})

#: answers with opaque values of many types -> assertion, opaque-answer
def solve(value):
    return [type(f"T{number}", (), {"__bool__": lambda self: False})() for number in range(1_000)]

#: defines the names that a test uses -> assertion, exception
import builtins, math, copy

def gone(*_):
    return 0

builtins.abs = builtins.sorted = math.fabs = copy.deepcopy = gone

def solve(value):
    return abs(value)

#: seeds what tests draw -> assertion
import random

random.seed(0)
random.random = lambda: 0.5

def solve(value):
    random.seed(1)
    return random.random()

#: turns a limit up -> assertion
import sys

sys.setrecursionlimit(1 << 20)

def solve(value):
    sys.setrecursionlimit(50)
    return sys.getrecursionlimit()

#: dies while the next is being made -> signal
import ctypes

def solve(value):
    ctypes.string_at(0)

#: answers right, and then wrong -> assertion
ASKED = []

def solve(value):
    ASKED.append(value)
    return right(value) if len(ASKED) < 4 else None
