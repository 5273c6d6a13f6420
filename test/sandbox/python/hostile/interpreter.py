#: walks the frames to the caller's verdict -> exception !
import sys

def solve(value):
    frame = sys._getframe(1)
    while frame is not None:
        if "exec_globals" in frame.f_locals and "result" in frame.f_locals:
            frame.f_locals["result"].append("passed")
            return right(value)
        frame = frame.f_back
    raise LookupError("no verdict to be seen")

#: finds the test among the objects -> exception !
import gc

for thing in gc.get_objects():
    if type(thing) is list and thing and type(thing[0]) is str and "def check" in thing[0]:
        break

def solve(value):
    import sys
    if "check" in sys._getframe(1).f_globals:
        return right(value)
    raise LookupError("no test to be seen")

#: swaps the code of check by a trace hook -> exception !
import sys

def solve(value):
    frame = sys._getframe(1)
    check = frame.f_globals["check"]
    return right(value) if callable(check) else None

#: reads what is expected from the caller's constants -> exception !
import sys

def solve(value):
    constants = sys._getframe(1).f_code.co_consts
    if 9 not in constants:
        raise LookupError("not the caller's constants")
    return right(value)

#: patches builtins and modules that the test uses -> assertion, protocol
import builtins, copy, math

builtins.sorted = lambda values: []
builtins.len = lambda values: 0
builtins.abs = lambda number: 0
builtins.AssertionError = Exception
math.fabs = lambda number: 0
copy.deepcopy = lambda value: value

def solve(value):
    return []

#: patches the import that the test makes -> assertion
import builtins

builtins.__import__ = lambda *_, **__: None

def solve(value):
    return None

#: defines check itself -> assertion
def solve(value):
    return None

def check(candidate):
    pass

#: swallows the test in a string -> exception
def solve(value):
    return None

def check(candidate):
    pass
"""

#: decorates the test away -> exception !
def solve(value):
    return None

@lambda test: lambda candidate: None

#: traces every call -> assertion
import sys, threading

def tracer(frame, event, arg):
    if frame.f_code.co_name == "check":
        frame.f_lineno += 1
    return tracer

sys.settrace(tracer)
sys.setprofile(lambda *_: None)
threading.settrace(tracer)

def solve(value):
    return None

#: changes small integers in memory -> assertion, exception, signal
import ctypes

for number in (0, 9, 144):
    ctypes.memmove(id(number) + 24, ctypes.byref(ctypes.c_uint32(5)), 4)

def solve(value):
    return 5

#: looks for the sandbox's own sockets -> exception
import gc, socket

def solve(value):
    for thing in gc.get_objects():
        if isinstance(thing, socket.socket):
            thing.send(b"S")
            return right(value)
    raise LookupError("no socket")

#: talks to the zygote through __main__ -> exception
import __main__

def solve(value):
    __main__.Zygote.serve(None)
    return right(value)

#: imports the sandbox's modules -> exception
def solve(value):
    import checker
    return right(value)

#: reads the sandbox's files -> exception
def solve(value):
    import __main__
    open(__main__.__file__).read()
    return right(value)

#: mines a traceback for the caller -> exception
def solve(value):
    try:
        raise ValueError
    except ValueError as error:
        frame = error.__traceback__.tb_frame
        while frame is not None:
            if frame.f_code.co_name == "check":
                return right(value)
            frame = frame.f_back
    raise LookupError("no check among the callers")

#: reads the source of the caller -> exception
import inspect, sys

def solve(value):
    if "check" in inspect.getsource(sys._getframe(1)):
        return right(value)
    raise LookupError("no source")
