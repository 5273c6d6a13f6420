"""What is done once, before forking, so that no sample need do it."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Callable, Iterator

# What programs and tests import most. Each module costs every fork; what is rarer is imported late.
WARM = (
    "math re random string collections itertools functools operator typing copy heapq bisect"
).split()

# Code that has run before the fork finds its caches filled and writes to fewer pages.
_REHEARSALS = 20


def warm_up(packages: list[str], rehearse: Callable[[], None], seed: int) -> None:
    """Imports what samples use, rehearses, and forgets our own modules: no sample imports them."""
    here = os.path.dirname(os.path.abspath(__file__))
    with _without_fork_hooks():
        for name in (*WARM, *packages):
            importlib.import_module(name)
    for _ in range(_REHEARSALS):
        rehearse()
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(
            here + os.sep
        ) and name != "__main__":
            del sys.modules[name]
    sys.path_importer_cache.pop(here, None)
    sys.modules["random"].seed(seed)


@contextlib.contextmanager
def _without_fork_hooks() -> Iterator[None]:
    """`random` would draw a new seed after each fork; samples all start from the same state."""
    register = os.register_at_fork
    os.register_at_fork = lambda **_: None
    try:
        yield
    finally:
        os.register_at_fork = register
