"""Signs of life between answers: silence means that the process stands still."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from worker.channel import Channel

EVERY_S = 2.0


def watch_layers(module: Any, channel: Channel) -> None:
    """Tells, now and then, that a layer has been computed: one pass may take minutes on a CPU."""
    if not isinstance(module, torch.nn.Module):
        return
    lists = [one for one in module.modules() if isinstance(one, torch.nn.ModuleList)]
    layers = max(lists, key=len, default=[])

    def tell(*_: Any) -> None:
        if time.monotonic() - channel.told_at > EVERY_S:
            channel.tell("working")

    for layer in layers:
        layer.register_forward_hook(tell)


@contextmanager
def loading(channel: Channel) -> Iterator[None]:
    """Tells of loading while the process uses its processor: a library says nothing while it reads."""
    over = threading.Event()

    def run() -> None:
        used = time.process_time()
        while not over.wait(EVERY_S):
            now = time.process_time()
            if now - used > 0.05:
                channel.tell("working")
            used = now

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
