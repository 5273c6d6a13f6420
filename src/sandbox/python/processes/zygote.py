"""A warm process that forks one confined child per sample, for one of two roles.

`zygote.py FD`: the descriptor of a SOCK_SEQPACKET socket to the supervisor. The first message is
the `Settings` as JSON; then come orders, one at a time:

    S        with the child's sockets attached: fork a child that serves them, one after the other
    E, G     end the oldest child (G: give it a moment to end by itself first); the answer is its
             wait status, or STILL_ALIVE

The zygote reads nothing but these orders: no text of a prompt, completion or test passes through.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import sys
from typing import NoReturn

import candidate
import checker
import landlock
import limits
import prctl
from outcome import STATUS, STILL_ALIVE
from seccomp import Filter
from settings import MAX_SETTINGS, Settings
from warm_up import warm_up

_GRACE_MS = 200
_HIGHEST_DESCRIPTOR = 1 << 16
_MOST_SOCKETS = 64
"""Of one child."""


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    settings: Settings = json.loads(control.recv(MAX_SETTINGS))
    zygote = Zygote(control, settings)
    zygote.confine()
    control.send(b"ready")
    zygote.serve()


class Zygote:
    def __init__(self, control: socket.socket, settings: Settings) -> None:
        self._control = control
        self._settings = settings
        self._mechanisms = frozenset(settings["mechanisms"])
        self._filter = Filter() if "seccomp" in self._mechanisms else None
        self._role = candidate if settings["role"] == "candidate" else checker
        self._process = os.getpid()
        self._children: list[int] = []

    def confine(self) -> None:
        """Warms up, then gives away all that forking needs not. Each child inherits the result."""
        settings = self._settings
        sys.path[:] = settings["modulePath"]
        packages = settings["packages"] if self._role is candidate else []
        warm_up(packages, self._role.rehearse, self._role.SEED)
        if settings["user"] is not None:
            _become(settings["user"])
        if settings["parent"] is not None:
            prctl.die_with_parent(settings["parent"])
        if "limits" in self._mechanisms:
            limits.limit_memory_and_files(settings["memoryBytes"])
        if "no-new-privileges" in self._mechanisms:
            prctl.hide_memory()
            prctl.forbid_new_privileges()
        if "landlock" in self._mechanisms:
            landlock.restrict(settings["readable"], settings["listable"])
        self._role.settle()
        os.dup2(0, 2)  # what went wrong so far was for the supervisor; samples are silent
        gc.collect()
        gc.freeze()

    def serve(self) -> None:
        """Obeys until the supervisor hangs up."""
        while True:
            order, descriptors, _, _ = socket.recv_fds(self._control, 1, _MOST_SOCKETS)
            if order == b"S":
                self._start(descriptors)
            elif order in (b"E", b"G"):
                self._control.send(self._end(gently=order == b"G"))
            else:
                return

    def _start(self, descriptors: list[int]) -> None:
        child = os.fork()
        if child == 0:
            self._become_sample(descriptors)
        self._children.append(child)
        for descriptor in descriptors:
            os.close(descriptor)

    def _become_sample(self, descriptors: list[int]) -> NoReturn:
        try:
            _close_all_but(descriptors)
            os.setsid()
            if sys.platform == "linux":
                prctl.die_with_parent(self._process)
            if "limits" in self._mechanisms:
                settings = self._settings
                limits.limit_processor(settings["cpuSeconds"], own_user=settings["ownUser"])
            if self._filter is not None:
                self._filter.install()
            self._role.run(descriptors, self._settings["answerBytes"])
        finally:
            os._exit(1)

    def _end(self, *, gently: bool) -> bytes:
        child = self._children.pop(0)
        if gently:
            _wait_for(child)
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended == 0:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            status = STILL_ALIVE
        return STATUS.pack(status)


def _become(user: int) -> None:
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def _close_all_but(descriptors: list[int]) -> None:
    """Leaves 0, 1, 2, which are /dev/null, and the sample's own sockets."""
    first = 3
    for descriptor in sorted(descriptors):
        os.closerange(first, descriptor)
        first = descriptor + 1
    os.closerange(first, _HIGHEST_DESCRIPTOR)


def _wait_for(child: int) -> None:
    handle = os.pidfd_open(child)
    select.select([handle], [], [], _GRACE_MS / 1_000)
    os.close(handle)


if __name__ == "__main__":
    main()
