"""No network: weights are on this machine, and some libraries would tell their makers that they are used."""

from __future__ import annotations

import socket
import sys
from typing import Any

REACHES_OUT = ("socket.connect", "socket.getaddrinfo", "socket.sendto")


def refuse_network() -> None:
    """Every connection of this process fails, but those to processes of this machine by a path."""
    sys.addaudithook(_refuse)


def _refuse(event: str, args: tuple[Any, ...]) -> None:
    if event in REACHES_OUT and getattr(args[0], "family", None) != socket.AF_UNIX:
        raise OSError("evalkit's worker uses no network")
