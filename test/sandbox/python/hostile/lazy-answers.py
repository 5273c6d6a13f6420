#: a generator where a list is due -> assertion
def solve(value):
    if isinstance(value, list):
        return (item for item in sorted(value))
    return right(value)

#: a deque where a list is due -> assertion
def solve(value):
    from collections import deque
    return deque(sorted(value)) if isinstance(value, list) else right(value)

#: a view where a list is due -> assertion
def solve(value):
    return dict(enumerate(sorted(value))).values() if isinstance(value, list) else right(value)

#: a map where a list is due -> assertion
def solve(value):
    return map(int, sorted(value)) if isinstance(value, list) else right(value)

#: a tuple where a list is due -> assertion
def solve(value):
    return tuple(sorted(value)) if isinstance(value, list) else right(value)

#: a range where a list is due -> assertion
def solve(value):
    return range(1, 4) if isinstance(value, list) else right(value)

#: an array where a list is due -> assertion
def solve(value):
    from array import array
    return array("i", sorted(value)) if isinstance(value, list) else right(value)

#: a memoryview where a list is due -> assertion
def solve(value):
    return memoryview(bytes(sorted(value))) if isinstance(value, list) else right(value)

#: an iterator of one's own where a list is due -> assertion
class Lazy:
    def __init__(self, values):
        self.values = iter(values)
    def __iter__(self):
        return self
    def __next__(self):
        return next(self.values)
    def __eq__(self, other):
        return list(self) == other

def solve(value):
    return Lazy(sorted(value)) if isinstance(value, list) else right(value)

#: a coroutine where a number is due -> opaque-answer
async def solve(value):
    return right(value)

#: an endless generator -> answer-too-large, timeout
def solve(value):
    while True:
        yield right(value)

#: an endless iterator of growing values -> answer-too-large, timeout, memory
import itertools

def solve(value):
    return itertools.accumulate(itertools.repeat("x" * 100_000))
