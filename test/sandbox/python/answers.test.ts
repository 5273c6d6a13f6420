import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPythonSandbox } from '../../../src/sandbox/python/open.ts';
import type { Judgement, Grader } from '../../../src/sandbox/grader.ts';
import { makeSample } from '../sample.ts';

const IMPORTS = `from collections import Counter, OrderedDict, UserDict, UserList, defaultdict, deque, namedtuple
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
`;
const PASSED = { kind: 'verdict', outcome: { kind: 'passed' } };

let sandbox: Grader;

beforeAll(async () => {
  sandbox = await openPythonSandbox({ level: 'auto', workers: 1, env: process.env });
});

afterAll(async () => {
  await sandbox?.[Symbol.asyncDispose]();
});

/** Judges the body of a function `answer(*values)` by the body of `check(candidate)`. */
function judge(body: string, check: string): Promise<Judgement> {
  const sample = makeSample({
    prompt: `${IMPORTS}\n\ndef answer(*values):\n    """What the completion says."""\n`,
    completion: indented(body),
    test: `def check(candidate):\n${indented(check)}`,
    entryPoint: 'answer',
  });
  return sandbox.judge(sample);
}

function indented(source: string): string {
  return source
    .split('\n')
    .map((line) => `    ${line}\n`)
    .join('');
}

const PLAIN = [
  'None',
  'True',
  '0',
  '-1',
  '2 ** 63',
  '-(2 ** 4000)',
  '0.1',
  "float('-inf')",
  '-0.0',
  '1 + 2j',
  "''",
  String.raw`'\ud800 \U0001f600'`,
  String.raw`b'\x00\xff'`,
  "bytearray(b'ab')",
  '[1, [2, (3,)], []]',
  '(1,)',
  '{1, 2}',
  'frozenset({1})',
  "{'b': 1, 'a': [2], 3: None, (4, 5): 6}",
  'range(3, 20, 4)',
  'Fraction(1, 3)',
  "Decimal('0.10')",
  "Decimal('-Infinity')",
  'OrderedDict(b=1, a=2)',
  "Counter('abca')",
  'deque([1, 2])',
  "{'a': 1}.keys()",
  "{'a': 1}.items()",
];

describe('plain data', () => {
  test.each(PLAIN)('%s arrives as itself', async (value) => {
    const check = `value = candidate()
assert value == ${value}
assert type(value) is type(${value})
assert repr(value) == repr(${value})`;
    expect(await judge(`return ${value}`, check)).toEqual(PASSED);
  });

  test.each(PLAIN)('%s can be passed on', async (value) => {
    expect(await judge('return values[0]', `assert candidate(${value}) == ${value}`)).toEqual(
      PASSED,
    );
  });

  test('what is not a number arrives as no number', async () => {
    const check = 'value = candidate()\nassert value != value and str(value) == "nan"';
    expect(await judge("return float('nan')", check)).toEqual(PASSED);
  });
});

describe('an heir that compares as its base does arrives as the base', () => {
  test.each([
    ["namedtuple('P', 'x y')(1, 2)", '(1, 2)'],
    ["IntEnum('E', 'A B').B", '2'],
    ['defaultdict(int, a=1)', "{'a': 1}"],
    ["type('Mine', (list,), {})([1])", '[1]'],
    ["type('Text', (str,), {'upper': None})('a')", "'a'"],
    ['UserList([1])', '[1]'],
    ['UserDict(a=1)', "{'a': 1}"],
  ])('%s', async (value, base) => {
    expect(await judge(`return ${value}`, `assert candidate() == ${base}`)).toEqual(PASSED);
  });
});

describe('a generator', () => {
  test('gives its values once, and is not a list', async () => {
    const check = `assert tuple(candidate()) == (0, 1, 2)
assert candidate() != [0, 1, 2]
values = candidate()
assert list(values) == [0, 1, 2] and list(values) == []`;
    expect(await judge('return (n for n in range(3))', check)).toEqual(PASSED);
  });

  test('raises where it raised', async () => {
    const body = 'yield 1\nraise ValueError("two")';
    const check = `values = candidate()
assert next(values) == 1
try:
    next(values)
except ValueError as error:
    assert str(error) == "two"
else:
    assert False`;
    expect(await judge(body, check)).toEqual(PASSED);
  });
});

describe('an opaque answer', () => {
  test('keeps its truth', async () => {
    const check = 'assert candidate()\nassert not candidate(1)';
    const body = "return type('Thing', (), {'__bool__': lambda self: not values})()";
    expect(await judge(body, check)).toEqual(PASSED);
  });

  test('names its type where the test needs its value', async () => {
    expect(await judge('return object()', 'assert candidate() > 3')).toEqual({
      kind: 'verdict',
      outcome: {
        kind: 'failed',
        cause: 'opaque-answer',
        detail:
          'a value of type object equals no plain data: line 2 of the test: assert candidate() > 3; last answer: <object>',
      },
    });
  });
});

describe('an exception', () => {
  test.each(['ValueError', 'KeyError', 'ZeroDivisionError', 'RecursionError'])(
    'of the built-in class %s is caught by that class',
    async (name) => {
      const check = `try:\n    candidate()\nexcept ${name}:\n    return\nassert False`;
      expect(await judge(`raise ${name}("x")`, check)).toEqual(PASSED);
    },
  );

  test('of a class of the completion is caught by the built-in base', async () => {
    const body = 'class Mine(LookupError): pass\nraise Mine("x")';
    const check = 'try:\n    candidate()\nexcept LookupError:\n    return\nassert False';
    expect(await judge(body, check)).toEqual(PASSED);
  });

  test.each(['StopIteration', 'SystemExit', 'KeyboardInterrupt', 'GeneratorExit'])(
    'of the class %s does not steer the test',
    async (name) => {
      const check = 'assert list(map(candidate, [1, 2])) in ([], [1])';
      expect(await judge(`raise ${name}`, check)).toMatchObject({
        outcome: { kind: 'failed', cause: 'exception', detail: expect.stringContaining(name) },
      });
    },
  );
});

describe('the cause says where', () => {
  test('an assertion: the line of the test and the last answer', async () => {
    expect(await judge('return [3, 2]', 'x = 1\nassert candidate() == [2, 3]')).toMatchObject({
      outcome: {
        cause: 'assertion',
        detail: 'line 3 of the test: assert candidate() == [2, 3]; last answer: [3, 2]',
      },
    });
  });

  test('an exception: class, message and line of the completion', async () => {
    expect(await judge('x = 1\nreturn x / 0', 'candidate()')).toMatchObject({
      outcome: {
        cause: 'exception',
        detail: 'ZeroDivisionError: division by zero (line 2 of the completion)',
      },
    });
  });

  test('a syntax error: the line of the completion', async () => {
    expect(await judge('x = 1\nreturn x +', 'candidate()')).toMatchObject({
      outcome: {
        cause: 'exception',
        detail: 'SyntaxError: invalid syntax (line 2 of the completion)',
      },
    });
  });

  test('an exception of the test itself: its line', async () => {
    expect(await judge('return None', 'candidate()[0]')).toMatchObject({
      outcome: {
        cause: 'exception',
        detail:
          "TypeError: 'NoneType' object is not subscriptable (line 2 of the test: candidate()[0]; last answer: None)",
      },
    });
  });
});

test('a recursion 900 deep works, as in the original harness', async () => {
  const body = 'def down(n):\n    return down(n - 1) + 1 if n else 0\nreturn down(900)';
  expect(await judge(body, 'assert candidate() == 900')).toEqual(PASSED);
});

test('a prompt that ends in a bare signature can be judged', async () => {
  const sample = makeSample({
    prompt: 'def one():\n',
    completion: '    return 1\n',
    test: 'def check(candidate):\n    assert candidate() == 1\n',
    entryPoint: 'one',
  });
  expect(await sandbox.judge(sample)).toEqual(PASSED);
});
