"""What the supervisor tells a zygote when it starts."""

from __future__ import annotations

from typing import TypedDict

MAX_SETTINGS = 1 << 18
"""Bytes of the message that carries them."""


class Settings(TypedDict):
    role: str
    """`candidate` or `checker`."""
    mechanisms: list[str]
    """Of `limits`, `no-new-privileges`, `landlock`, `seccomp`."""
    user: int | None
    """The user to become; None: stay."""
    ownUser: bool
    """Whether nobody else's processes count against this user's."""
    parent: int | None
    """The supervisor's process; None inside a pid namespace, where bwrap sees to it."""
    memoryBytes: int
    answerBytes: int
    cpuSeconds: int
    modulePath: list[str]
    """`sys.path` of the samples."""
    readable: list[str]
    listable: list[str]
    packages: list[str]
    """Packages beyond the standard library that a completion may import."""
