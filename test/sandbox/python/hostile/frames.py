#: writes a verdict to every descriptor -> protocol, assertion
import json, os

REPORT = json.dumps({"kind": "passed"}).encode()

def solve(value):
    for descriptor in range(256):
        try:
            os.write(descriptor, len(REPORT).to_bytes(4, "little") + REPORT)
        except OSError:
            pass
    return None

#: reads every descriptor for the test -> exception
import os

def solve(value):
    for descriptor in range(3, 256):
        try:
            os.set_blocking(descriptor, False)
            if b"check" in os.read(descriptor, 1 << 20):
                return right(value)
        except OSError:
            pass
    raise LookupError("nothing to be read")

#: answers before it is asked -> protocol
import os

os.write(SOCKET, (2).to_bytes(4, "little") + b"AN")

def solve(value):
    return None

#: answers twice -> protocol, assertion
import os

def solve(value):
    os.write(SOCKET, (2).to_bytes(4, "little") + b"AN")
    return None

#: says that it is ready twice -> protocol
import os
os.write(SOCKET, (1).to_bytes(4, "little") + b"R")

#: sends a tag that there is not -> protocol
import os

def solve(value):
    os.write(SOCKET, (2).to_bytes(4, "little") + b"A\xff")
    os.read(SOCKET, 1)

#: sends a reply of no known kind -> protocol
import os

def solve(value):
    os.write(SOCKET, (5).to_bytes(4, "little") + b"P\0\0\0\0")
    os.read(SOCKET, 1)

#: announces four gigabytes -> answer-too-large
import os

def solve(value):
    os.write(SOCKET, b"\xff\xff\xff\xff")
    os.read(SOCKET, 1)

#: sends half a frame and leaves -> protocol
import os

def solve(value):
    os.write(SOCKET, (1000).to_bytes(4, "little") + b"A")
    os._exit(0)

#: sends half a frame and waits -> timeout
import os

def solve(value):
    os.write(SOCKET, (1000).to_bytes(4, "little") + b"A")
    while True:
        os.read(SOCKET, 1)

#: drips its answer -> timeout
import os, time

def solve(value):
    os.write(SOCKET, (1_000_000).to_bytes(4, "little") + b"As")
    while True:
        os.write(SOCKET, b"x")
        time.sleep(0.01)

#: sends an empty frame -> protocol
import os

def solve(value):
    os.write(SOCKET, (0).to_bytes(4, "little"))
    os.read(SOCKET, 1)

#: lies about a count -> protocol
import os

def solve(value):
    os.write(SOCKET, (6).to_bytes(4, "little") + b"Al\xff\xff\xff\xff")
    os.read(SOCKET, 1)

#: nests a million levels on the wire -> protocol
import os

def solve(value):
    body = b"A" + b"l\1\0\0\0" * 1_000_000 + b"N"
    body = len(body).to_bytes(4, "little") + body
    while body:
        body = body[os.write(SOCKET, body) :]
    os.read(SOCKET, 1)

#: sends an unhashable key -> protocol
import os

def solve(value):
    body = b"AS\1\0\0\0l\0\0\0\0"
    os.write(SOCKET, len(body).to_bytes(4, "little") + body)
    os.read(SOCKET, 1)

#: sends a fraction over zero -> protocol
import os

def solve(value):
    body = b"Aq" + b"i\1\0\0\0\1" + b"i\1\0\0\0\0"
    os.write(SOCKET, len(body).to_bytes(4, "little") + body)
    os.read(SOCKET, 1)

#: sends a Decimal of a billion digits -> protocol
import os

def solve(value):
    text = b"1E+999999999"
    body = b"AD" + len(text).to_bytes(4, "little") + text
    os.write(SOCKET, len(body).to_bytes(4, "little") + body)
    os.read(SOCKET, 1)

#: raises StopIteration on the wire -> exception
import os

def solve(value):
    name = b"StopIteration"
    names = b"l\1\0\0\0s" + len(name).to_bytes(4, "little") + name
    body = b"Xt\3\0\0\0" + names + b"s\0\0\0\0" + b"N"
    os.write(SOCKET, len(body).to_bytes(4, "little") + body)
    os.read(SOCKET, 1)

#: raises something malformed on the wire -> exception, protocol
import os

def solve(value):
    body = b"Xl\1\0\0\0D\3\0\0\0NaN"
    os.write(SOCKET, len(body).to_bytes(4, "little") + body)
    os.read(SOCKET, 1)

#: floods the socket from a thread -> protocol, answer-too-large, timeout, exception, assertion
import os, threading

def flood():
    while True:
        os.write(SOCKET, b"\2\0\0\0AT")

def solve(value):
    threading.Thread(target=flood, daemon=True).start()
    return None

#: closes the socket -> protocol, exception
import os

def solve(value):
    os.close(SOCKET)
    while True:
        pass

#: breaks the encoder -> exception, protocol, assertion
import sys

for name, module in list(sys.modules.items()):
    if hasattr(module, "encode") and hasattr(module, "TooLarge"):
        module.encode = None

def solve(value):
    frame = sys._getframe(1)
    frame.f_globals["encode"] = lambda *_, **__: b"T"
    return None
