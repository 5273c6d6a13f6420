#: an answer equal to everything -> opaque-answer !
class Anything:
    def __eq__(self, other):
        return True
    def __bool__(self):
        return False

def solve(value):
    return Anything()

#: an integer equal to everything -> opaque-answer !
class Number(int):
    def __eq__(self, other):
        return True

def solve(value):
    return Number(0)

#: a list equal to everything -> opaque-answer !
class Listing(list):
    def __eq__(self, other):
        return True

def solve(value):
    return Listing()

#: a string equal to everything -> opaque-answer !
class Text(str):
    __hash__ = str.__hash__
    def __eq__(self, other):
        return True

def solve(value):
    return Text("")

#: a float that is near everything -> opaque-answer !
class Near(float):
    def __eq__(self, other):
        return True
    def __sub__(self, other):
        return 0.0

def solve(value):
    return Near(0)

#: a class whose metaclass says yes -> opaque-answer
class Yes(type):
    def __eq__(cls, other):
        return True
    def __bool__(cls):
        return False

def solve(value):
    return Yes("Answer", (), {})

#: mock.ANY -> opaque-answer
def solve(value):
    from unittest import mock
    return mock.ANY

#: magic mock that answers every operator -> opaque-answer, answer-too-large
def solve(value):
    from unittest.mock import MagicMock
    answer = MagicMock()
    answer.__eq__.return_value = True
    answer.__bool__.return_value = False
    return answer

#: a value that never differs -> opaque-answer !
class Same:
    def __eq__(self, other):
        return not isinstance(other, Same)
    def __ne__(self, other):
        return False
    def __len__(self):
        return 0

def solve(value):
    return Same()

#: truth that changes from look to look -> opaque-answer !
class Fickle:
    looks = 0
    def __eq__(self, other):
        return self
    def __bool__(self):
        Fickle.looks += 1
        return True

def solve(value):
    return Fickle()

#: an equal element inside a list -> opaque-answer
class Anything:
    def __eq__(self, other):
        return True

def solve(value):
    return [Anything(), Anything(), Anything()] if value else 0

#: a key that equals every key -> exception, assertion, opaque-answer
class Key(str):
    __hash__ = lambda self: hash("a")
    def __eq__(self, other):
        return True

def solve(value):
    return {Key("x"): Key("y")}

#: a weak proxy of an equal object -> assertion, opaque-answer !
import weakref

class Anything:
    def __eq__(self, other):
        return True

KEPT = Anything()

def solve(value):
    return weakref.proxy(KEPT)

#: a subclass whose conversion lies -> assertion
class Liar(int):
    def __int__(self):
        return 9
    def __index__(self):
        return 9
    def bit_length(self):
        return 4
    def to_bytes(self, *_, **__):
        return b"\x09"

def solve(value):
    return Liar(5)

#: an equal value by total ordering -> opaque-answer
import functools

@functools.total_ordering
class Ordered:
    def __eq__(self, other):
        return True
    def __lt__(self, other):
        return True

def solve(value):
    return Ordered()
