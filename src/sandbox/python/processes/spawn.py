"""Starts zygotes, inside bubblewrap where that is asked for, and gives them orders."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from typing import TypedDict

from outcome import STATUS
from processor import children_of, youngest_descendant
from settings import MAX_SETTINGS, Settings

_FOLDER = os.path.dirname(os.path.abspath(__file__))
_INSIDE = "/evalkit"
_START_SECONDS = 30.0
_FLAGS = ("-s", "-S", "-B")
"""No user or site packages, no bytecode written. Not -I or -E: they ignore PYTHONHASHSEED."""


class ZygoteConfig(TypedDict):
    python: str
    mechanisms: list[str]
    users: dict[str, int | None]
    """By role."""
    bwrap: str | None
    roots: list[str]
    """What bubblewrap shows, read-only."""
    masked: list[str]
    """Folders beneath the roots that stay empty."""
    packageFolders: list[str]
    memoryBytes: int
    answerBytes: int
    cpuSeconds: int
    modulePath: list[str]
    readable: list[str]
    listable: list[str]
    packages: list[str]


class ZygoteGone(Exception):
    """A zygote ended, which no sample may bring about: the worker is broken."""


class ZygoteHandle:
    """The supervisor's side of one zygote."""

    def __init__(self, role: str, config: ZygoteConfig) -> None:
        self.role = role
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        user = config["users"][role]
        wrapped = config["bwrap"] is not None
        command = [config["python"], *_FLAGS]
        with theirs, _Sources() as sources:
            if wrapped:
                command = [*_bubblewrap(config, sources), *command, f"{_INSIDE}/zygote.py"]
            else:
                command.append(f"{_FOLDER}/zygote.py")
            self._process = subprocess.Popen(
                [*command, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno(), *sources.descriptors],
                env={"PYTHONHASHSEED": "0"},
                cwd="/",
                start_new_session=True,
                # bubblewrap maps the user that starts it; without it the zygote changes by itself.
                user=user if wrapped else None,
                group=user if wrapped else None,
                extra_groups=[] if wrapped and user is not None else None,
            )
        self._control.settimeout(_START_SECONDS)
        self._configure(config, None if wrapped else user, None if wrapped else os.getpid())

    def _configure(self, config: ZygoteConfig, user: int | None, parent: int | None) -> None:
        settings = Settings(
            role=self.role,
            mechanisms=config["mechanisms"],
            user=user,
            ownUser=config["users"][self.role] is not None or config["bwrap"] is not None,
            parent=parent,
            memoryBytes=config["memoryBytes"],
            answerBytes=config["answerBytes"],
            cpuSeconds=config["cpuSeconds"],
            modulePath=config["modulePath"],
            readable=config["readable"],
            listable=config["listable"],
            packages=config["packages"],
        )
        message = json.dumps(settings).encode()
        if len(message) > MAX_SETTINGS:
            raise ZygoteGone(f"the settings of a zygote take {len(message)} bytes")
        self._talk(message)
        if self._hear(16) != b"ready":
            raise ZygoteGone(f"the {self.role} zygote did not start")
        self._zygote = youngest_descendant(self._process.pid)

    def process(self) -> int | None:
        """The oldest child, as seen from here; None where /proc does not say."""
        return next(iter(children_of(self._zygote)), None)

    def start(self, *sockets: socket.socket) -> None:
        """Forks a child that serves `sockets`, which are closed here."""
        try:
            socket.send_fds(self._control, [b"S"], [each.fileno() for each in sockets])
        except OSError as error:
            raise ZygoteGone(f"the {self.role} zygote is gone: {error}") from error
        for each in sockets:
            each.close()

    def ask_to_end(self, *, gently: bool = False) -> None:
        """Orders the end of the oldest child; `ended` waits for it."""
        self._talk(b"G" if gently else b"E")

    def ended(self) -> int:
        """The wait status of the child that was asked to end."""
        reply = self._hear(STATUS.size)
        if len(reply) != STATUS.size:
            raise ZygoteGone(f"the {self.role} zygote is gone")
        status: int = STATUS.unpack(reply)[0]
        return status

    def close(self) -> None:
        self._control.close()
        try:
            self._process.wait(1)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    def _talk(self, message: bytes) -> None:
        try:
            self._control.send(message)
        except OSError as error:
            raise ZygoteGone(f"the {self.role} zygote is gone: {error}") from error

    def _hear(self, size: int) -> bytes:
        try:
            return self._control.recv(size)
        except OSError as error:
            raise ZygoteGone(f"the {self.role} zygote does not answer: {error}") from error


class _Sources:
    """Our own files, opened here: the sample's user may not be allowed to reach their folder."""

    def __init__(self) -> None:
        self.descriptors: list[int] = []

    def __enter__(self) -> _Sources:
        return self

    def __exit__(self, *_: object) -> None:
        for descriptor in self.descriptors:
            os.close(descriptor)

    def bind(self) -> list[str]:
        arguments = []
        for name in sorted(os.listdir(_FOLDER)):
            if name.endswith(".py"):
                descriptor = os.open(f"{_FOLDER}/{name}", os.O_RDONLY)
                self.descriptors.append(descriptor)
                arguments += ["--ro-bind-data", str(descriptor), f"{_INSIDE}/{name}"]
        return arguments


def _bubblewrap(config: ZygoteConfig, sources: _Sources) -> list[str]:
    """A world of its own: no other process, no network, the standard library and nothing else."""
    arguments = [str(config["bwrap"]), "--unshare-all", "--die-with-parent", "--new-session"]
    arguments += ["--cap-drop", "ALL", "--clearenv", "--setenv", "PYTHONHASHSEED", "0"]
    for name in ("/lib", "/lib64", "/lib32"):
        if os.path.islink(name):
            arguments += ["--symlink", os.readlink(name), name]
    # All that the loader wants of /proc: an interpreter may name its libraries relative to itself.
    arguments += ["--symlink", config["python"], "/proc/self/exe"]
    for root in config["roots"]:
        arguments += ["--ro-bind", root, root]
    for folder in config["masked"]:
        arguments += ["--tmpfs", folder]
    for folder in config["packageFolders"]:
        arguments += ["--ro-bind", folder, folder]
    return [*arguments, "--dev", "/dev", "--chdir", "/", *sources.bind(), "--"]
