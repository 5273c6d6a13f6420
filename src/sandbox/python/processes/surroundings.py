"""Whether a checker is as it was before a sample, so that the next one may meet it.

Of a sample only plain data reach its checker, and tests that are not trusted get a checker of their
own. This is the second look: what a test or a value did change costs a checker, and no verdict.
"""

from __future__ import annotations

import builtins
import resource
import sys
from operator import is_
from typing import Any

from warm_up import WARM

_MOST_GROWTH_KIB = 32 * 1024
"""Beyond, a sample could meet a memory limit that it would not meet in a process of its own."""

_MOST_SECONDS = 1.0
"""Of the processor, whose limit counts from the process's start."""


class Surroundings:
    """What samples find in a checker, as it is now."""

    def __init__(self) -> None:
        modules: list[Any] = [builtins, *(sys.modules[name] for name in WARM)]
        self._namespaces = [(vars(module), dict(vars(module))) for module in modules]
        self._modules = dict(sys.modules)
        self._recursion_limit = sys.getrecursionlimit()
        self._most_kib = 0

    def begin(self) -> None:
        """In the process whose samples follow one another."""
        self._most_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss + _MOST_GROWTH_KIB

    def are_untouched(self) -> bool:
        """No module imported, no name bound anew, and neither memory nor time used up."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        return (
            used.ru_maxrss <= self._most_kib
            and used.ru_utime + used.ru_stime <= _MOST_SECONDS
            and sys.getrecursionlimit() == self._recursion_limit
            and _are_same(sys.modules, self._modules)
            and all(_are_same(now, before) for now, before in self._namespaces)
        )


def _are_same(now: dict[str, Any], before: dict[str, Any]) -> bool:
    """The same objects under the same names: nothing is asked whether it is equal."""
    return len(now) == len(before) and all(map(is_, now.values(), before.values()))
