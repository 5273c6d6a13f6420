import { describe, expect, test } from 'vitest';
import { openPythonSandbox } from '../../../src/sandbox/python/open.ts';
import { makeSample } from '../sample.ts';

const IMPORTS = `from array import array
from collections import ChainMap, Counter, OrderedDict, UserDict, UserList, UserString, defaultdict, deque, namedtuple
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, IntEnum, IntFlag
from fractions import Fraction
from types import MappingProxyType, SimpleNamespace
`;

/** What an answer may be: its equality to everything else here is CPython's own. */
const VALUES = [
  "{'a': 1}",
  'OrderedDict(a=1)',
  'OrderedDict(b=2, a=1)',
  'defaultdict(int, a=1)',
  'Counter(a=1)',
  'Counter(a=1, b=0)',
  "ChainMap({'a': 1})",
  "ChainMap({}, {'a': 1})",
  "MappingProxyType({'a': 1})",
  'UserDict(a=1)',
  "type('Mine', (dict,), {})(a=1)",
  "type('Own', (Mapping,), {'__getitem__': lambda self, key: 1, '__iter__': lambda self: iter('a'), '__len__': lambda self: 1})()",
  "{'a': 1}.keys()",
  "{'a': 1}.items()",
  'OrderedDict(a=1).keys()',
  'OrderedDict(a=1).items()',
  'UserDict(a=1).keys()',
  "ChainMap({'a': 1}).items()",
  "{'a': 1}.values()",
  'UserDict(a=1).values()',
  "{'a'}",
  "frozenset('a')",
  "{('a', 1)}",
  '[1, 2]',
  '(1, 2)',
  'UserList([1, 2])',
  'deque([1, 2])',
  'deque([1, 2], 2)',
  'range(1, 3)',
  "array('i', [1, 2])",
  "array('d', [1, 2])",
  "namedtuple('P', 'x y')(1, 2)",
  "'a'",
  "UserString('a')",
  "type('Text', (str,), {})('a')",
  "Enum('Name', {'A': 'a'}, type=str).A",
  "b'a'",
  "bytearray(b'a')",
  "memoryview(b'a')",
  '1',
  '1.0',
  'True',
  '1 + 0j',
  'Fraction(1)',
  "Decimal('1.0')",
  "IntEnum('E', 'A B').A",
  "IntFlag('F', 'A B').A",
  "Enum('G', 'A B').A",
  'SimpleNamespace(a=1)',
  "dataclass(type('D', (), {'__module__': 'x', '__annotations__': {'a': int}}))(1)",
  'None',
  "''",
  '[]',
  '{}',
  "float('nan')",
];

/** What equals itself alone, and does so by being the same object, is no plain data. */
const CHECK = `def check(candidate):
    texts = ${JSON.stringify(VALUES)}
    here = [${VALUES.join(', ')}]
    wrong = []
    for number, (text, value) in enumerate(zip(texts, here)):
        for other_text, other in zip(texts, here):
            if text.startswith(OWN) and text == other_text:
                continue
            answer = candidate(number)
            try:
                due = value == other, other == value, value != other
            except ValueError:
                continue  # an ItemsView in CPython, compared with a set of what are no pairs
            got = answer == other, other == answer, answer != other
            if due != got:
                wrong.append((text, other_text, due, got))
    assert candidate(wrong) == []

OWN = ("Enum('G'", 'SimpleNamespace', 'dataclass', "{'a': 1}.values()", 'UserDict(a=1).values()')
`;

/** Says of itself that it equals everything. */
const LIARS = [
  "type('Liar', (), {'__eq__': lambda *_: True, '__ne__': lambda *_: False})()",
  "type('Liar', (dict,), {'__eq__': lambda *_: True, '__ne__': lambda *_: False, '__hash__': None})()",
  "type('Liar', (Mapping,), {'__getitem__': lambda *_: 1, '__iter__': lambda _: iter(()), '__len__': lambda _: 1, '__eq__': lambda *_: True})()",
  "type('Liar', (ChainMap,), {'__eq__': lambda *_: True})()",
  "type('Liar', (UserString,), {'__eq__': lambda *_: True})('')",
  "type('Liar', (ValueError,), {'__eq__': lambda *_: True, '__ne__': lambda *_: False})()",
  "type('Liar', (array,), {'__eq__': lambda *_: True})('i')",
];

describe.each(['l2', 'l3'] as const)('at %s', (level) => {
  test('an answer equals what it equals in CPython, from both sides', async () => {
    await using sandbox = await openPythonSandbox({
      level,
      workers: 1,
      limits: { timeoutMs: 20_000, memoryBytes: 1024 ** 3, answerBytes: 1024 ** 2 },
      env: process.env,
    });
    const sample = makeSample({
      prompt: `${IMPORTS}\n\ndef answer(which):\n`,
      completion: `    return which if isinstance(which, list) else VALUES[which]\n\nVALUES = [${VALUES.join(', ')}]\n`,
      test: CHECK,
      entryPoint: 'answer',
    });
    expect(await sandbox.judge(sample)).toEqual({
      kind: 'verdict',
      outcome: { kind: 'passed' },
    });
  });

  test('no answer says of itself what it equals', async () => {
    await using sandbox = await openPythonSandbox({ level, workers: 1, env: process.env });
    const passes = await Promise.all(
      LIARS.map(async (liar) => {
        const judgement = await sandbox.judge(
          makeSample({
            prompt: `${IMPORTS}\n\ndef answer():\n`,
            completion: `    return ${liar}\n`,
            test: `def check(candidate):\n    answer = candidate()\n    assert answer == {'no': 'such'} or {'no': 'such'} == answer\n`,
            entryPoint: 'answer',
          }),
        );
        return judgement.kind === 'verdict' && judgement.outcome.kind === 'passed';
      }),
    );
    expect(passes).toEqual(LIARS.map(() => false));
  });
});
