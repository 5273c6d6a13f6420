"""The vocabulary of the wire: tags of plain data, and the bounds on it.

A value is one tag byte and its content. Counts and lengths are four bytes, little-endian.
"""

NONE, TRUE, FALSE = b"N", b"T", b"F"
INT, FLOAT, COMPLEX = b"i", b"f", b"c"
STR, BYTES, BYTEARRAY = b"s", b"b", b"B"
LIST, TUPLE, SET, FROZENSET, DICT = b"l", b"t", b"S", b"Z", b"d"
ORDERED_DICT, COUNTER, DEQUE = b"O", b"C", b"Q"
KEYS, VALUES, ITEMS = b"k", b"v", b"e"
RANGE, FRACTION, DECIMAL = b"r", b"q", b"D"
ITERATOR, FAILING_ITERATOR = b"I", b"J"
ARRAY, EXCEPTION = b"a", b"x"
OPAQUE_FALSE, OPAQUE_TRUE = b"o", b"p"
NUMBERS = b"n"
"""A long list of integers and floats, `packed`."""
DIGEST = b"h"
"""Stands for something long in an expected value; never in an answer."""

MAX_DEPTH = 200
"""Levels of nesting. Python's own comparison gives up at about 1,000."""

MAX_NODES = 4_000_000
"""Values in one answer: 4 million empty lists take about 250 MB."""

MAX_INT_BYTES = 1 << 20
"""Bytes of an integer; comparing and printing stay affordable."""

MAX_FRACTION_BYTES = 1 << 12
"""Bytes of a numerator or denominator: a fraction is reduced when built, in quadratic time."""

MAX_DECIMAL_CHARS = 100_000
MAX_DECIMAL_EXPONENT = 1_000_000
"""An exponent is built into digits by comparisons with other kinds of numbers."""

MAX_NAME_CHARS = 80
MAX_MESSAGE_CHARS = 300
MAX_RAISED = 1 << 20
"""Bytes of an exception with what it carries; beyond, it arrives with its message alone."""

# First byte of a reply of the candidate.
READY, ANSWER, RAISED, TOO_LARGE = b"R", b"A", b"X", b"L"
SHORT = b"M"
"""An answer in `short` form; to `MANY` alone."""

# First byte of a question. A call by its name begins with the tag of a tuple.
MANY = b"M"
"""Calls of the entry point, as lists of arguments."""

MAX_QUESTION = 64 << 20
"""Bytes of a job or of one call's arguments, which the data set decides."""
