#: an integer that takes years to print -> answer-too-large
def solve(value):
    return 1 << 100_000_000

#: a fraction that takes years to reduce -> answer-too-large
from fractions import Fraction

def solve(value):
    return Fraction(3**300_000, 2**300_000)

#: a Decimal that becomes a billion digits -> answer-too-large
from decimal import Decimal

def solve(value):
    return Decimal("1E+999999999")

#: ten million values -> answer-too-large, timeout
def solve(value):
    return [0] * 10_000_000

#: a long text -> answer-too-large
def solve(value):
    return "x" * 100_000_000

#: a list that holds itself -> answer-too-large
def solve(value):
    answer = []
    answer.append(answer)
    return answer

#: a hundred thousand levels -> answer-too-large
def solve(value):
    answer = []
    for _ in range(100_000):
        answer = [answer]
    return answer

#: a dict that holds itself -> answer-too-large
def solve(value):
    answer = {}
    answer["self"] = answer
    return answer

#: keys that all collide -> timeout, answer-too-large
def solve(value):
    modulus = (1 << 61) - 1
    return {index * modulus for index in range(30_000)} | set(range(3))

#: a list that grows while it is read -> answer-too-large, timeout, memory, assertion
class Growing(list):
    pass

def solve(value):
    import threading
    answer = [0]
    def grow():
        while True:
            answer.extend([0] * 1000)
    threading.Thread(target=grow, daemon=True).start()
    return answer

#: a hostile name of a type -> opaque-answer
def solve(value):
    return type("x" * 1_000_000, (), {})()
