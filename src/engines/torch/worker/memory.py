"""Memory as a limit, a figure and an error."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

# How torch's allocators and the C++ library say that there is no memory left.
OUT_OF_MEMORY = ("allocate memory", "out of memory", "bad_alloc", "not enough memory")


def is_out_of_memory(error: BaseException) -> bool:
    """torch.OutOfMemoryError of a GPU, and the plain RuntimeError of the CPU's allocator."""
    if isinstance(error, MemoryError):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(words in text for words in OUT_OF_MEMORY)


def limit_memory(more_bytes: int) -> None:
    """Lets the process take so many bytes more: beyond them an allocation fails, where Linux would kill."""
    if sys.platform.startswith("linux"):
        limit = data_bytes() + more_bytes
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        if hard == resource.RLIM_INFINITY or limit < hard:
            resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))


def peak_rss_bytes() -> int:
    """Highest resident set so far; Linux counts it in kilobytes, macOS in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def rss_bytes() -> int:
    """The resident set now; where the system does not tell, the highest so far."""
    found = _status("VmRSS:")
    return peak_rss_bytes() if found is None else found


def data_bytes() -> int:
    """What counts against RLIMIT_DATA."""
    return _status("VmData:") or 0


def _status(name: str) -> int | None:
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(name)), None)
