"""Length-prefixed frames over a stream socket, by read and write alone.

A frame is four bytes of length, little-endian, and that many bytes. The two sides take turns of one
frame, or of several that both know of. Neither side ever calls recvmsg: a descriptor cannot
be pushed into a process that only reads.
"""

import os
import select
import time
from collections.abc import Callable

_HEADER = 4
_CHUNK = 1 << 16


class Disconnected(BaseException):
    """The other side is gone."""


class ProtocolError(BaseException):
    """The other side sent what no honest peer sends."""


class FrameTooLarge(BaseException):
    """The other side announced more than it may send."""


class OutOfTime(BaseException):
    """The other side took longer than it may."""


class Channel:
    """One end of a conversation. Everything that arrives is checked before it is stored."""

    __slots__ = ("_ahead", "fd", "longest")

    def __init__(self, fd: int, longest: int) -> None:
        self.fd = fd
        self._ahead = b""
        """What has been read of frames to come."""
        self.longest = longest
        """Bytes of the longest frame that may arrive."""

    def send(self, payload: bytes) -> None:
        """Writes one frame."""
        try:
            self._write(len(payload).to_bytes(_HEADER, "little") + payload)
        except (BrokenPipeError, ConnectionResetError):
            raise Disconnected from None

    def receive(self, *, more: bool = False) -> bytes:
        """Reads one frame; anything after it is out of turn, unless `more` are due."""
        data = self._ahead
        while len(data) < _HEADER:
            data += self._read(_CHUNK)
        length = int.from_bytes(data[:_HEADER], "little")
        if length > self.longest:
            raise FrameTooLarge(f"a frame of {length} bytes")
        missing = length + _HEADER - len(data)
        if missing < 0 and not more:
            raise ProtocolError("bytes after the end of a frame")
        self._ahead = data[length + _HEADER :]
        if missing <= 0:
            return data[_HEADER : length + _HEADER]
        return data[_HEADER:] + self._rest(missing)

    def _rest(self, missing: int) -> bytes:
        parts = []
        while missing > 0:
            part = self._read(min(missing, 1 << 20))
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def _read(self, size: int) -> bytes:
        try:
            data = os.read(self.fd, size)
        except ConnectionResetError:
            data = b""
        if not data:
            raise Disconnected
        return data

    def _write(self, data: bytes) -> None:
        written = os.write(self.fd, data)
        if written < len(data):
            rest = memoryview(data)[written:]
            while rest:
                rest = rest[os.write(self.fd, rest) :]


More = Callable[[float, float], float]
"""Given the seconds that have passed and those that may: how many more may."""


class TimedChannel(Channel):
    """A channel on which the other side has `seconds` for each frame, however slowly it writes."""

    __slots__ = ("_deadline", "_more", "_start", "seconds")

    def __init__(self, fd: int, longest: int, seconds: float, more: More) -> None:
        super().__init__(fd, longest)
        self.seconds = seconds
        self._more = more
        self._start = self._deadline = 0.0

    def receive(self, *, more: bool = False) -> bytes:
        self._start = time.monotonic()
        self._deadline = self._start + self.seconds
        return super().receive(more=more)

    def _read(self, size: int) -> bytes:
        while not select.select([self.fd], [], [], max(0, self._deadline - time.monotonic()))[0]:
            now = time.monotonic()
            more = self._more(now - self._start, self.seconds)
            if more <= 0:
                raise OutOfTime(f"over {self.seconds:g} s")
            self._deadline = now + more
        return super()._read(size)
