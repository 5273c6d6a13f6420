"""What a user can be told in one line, in place of a traceback."""

from __future__ import annotations


class Refusal(Exception):
    """The folder cannot be converted; the text says why, and of which item."""
