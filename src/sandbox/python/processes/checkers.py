"""The supervisor's side of one checker, which judges a sample or, of trusted tests, several."""

from __future__ import annotations

import socket

from processor import NOTHING, Meter, Spent
from spawn import ZygoteHandle

MOST_SAMPLES = 32
"""Of one checker. Each has a socket of its own from the start: no checker receives descriptors."""


class Checker:
    """The line to it, and the ends that its candidates get, one each."""

    def __init__(self, zygote: ZygoteHandle, samples: int) -> None:
        self.line, theirs = socket.socketpair()
        pairs = [socket.socketpair() for _ in range(samples)]
        self._ends = [answering for _, answering in pairs]
        self._zygote = zygote
        self._meter: Meter | None = None
        self.has_served = False
        zygote.start(theirs, *(asking for asking, _ in pairs))

    def has_ends(self) -> bool:
        """Whether it may have another candidate."""
        return len(self._ends) > 0

    def take_end(self) -> socket.socket:
        """What the next candidate answers on."""
        return self._ends.pop(0)

    def begin(self) -> Spent:
        """Of a sample: what the checker, the oldest of its zygote, has spent on those before."""
        if not self.has_served:
            self.has_served = True
            return NOTHING
        if self._meter is None:
            self._meter = Meter(self._zygote.process())
        return self._meter.spent()

    def close(self) -> None:
        self.line.close()
        for each in self._ends:
            each.close()
        if self._meter is not None:
            self._meter.close()
