"""What a failure says, and whose fault it is: the weights', or the machine's."""

from __future__ import annotations

# torch and safetensors tell by words alone.
EXHAUSTED = ("No space left", "Disk quota exceeded", "can't allocate memory", "not enough memory")


def first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__)[:300]


def is_machine(error: BaseException) -> bool:
    """Whether memory, the disk or a folder of the system's failed, which no other weights would mend."""
    # transformers' own OSErrors have no number.
    has_failed = isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno is not None)
    return has_failed or any(each in str(error) for each in EXHAUSTED)
