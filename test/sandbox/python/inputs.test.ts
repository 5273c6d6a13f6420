import { afterAll, describe, expect, test } from 'vitest';
import type { Cache, Judgement } from '../../../src/sandbox/grader.ts';
import { openPythonSandbox } from '../../../src/sandbox/python/open.ts';
import type { Task } from '../../../src/records/task.ts';

const LIMITS = { timeoutMs: 1_000, memoryBytes: 512 * 1024 ** 2, answerBytes: 32 * 1024 ** 2 };
const sandbox = await openPythonSandbox({
  level: 'auto',
  workers: 1,
  limits: LIMITS,
  env: process.env,
});

afterAll(() => sandbox[Symbol.asyncDispose]());

interface Made {
  readonly reference: string;
  readonly base?: string;
  readonly plus?: string;
  readonly atol?: number;
  readonly comparison?: string;
}

/** A task `f(x)`; inputs are lists of argument lists, as JSON. */
function task({ reference, base = '[[1]]', plus = '[[2]]', ...made }: Made): Task {
  return {
    taskId: 'Own/0',
    prompt: 'def f(x):\n',
    entryPoint: 'f',
    canonicalSolution: '',
    test: {
      kind: 'inputs',
      reference: `def f(x):\n    ${reference}\n`,
      inputs: { base, plus },
      atol: made.atol ?? 0,
      comparison: made.comparison ?? 'close',
    },
  };
}

function judge(made: Made, completion: string): Promise<Judgement> {
  return sandbox.judge({ task: task(made), completion });
}

/** How each part of the test ends, as `passed` or the cause. */
async function parts(made: Made, body: string): Promise<Record<string, string>> {
  const judgement = await judge(made, `    ${body}\n`);
  if (judgement.kind === 'infrastructure') {
    throw new Error(judgement.detail);
  }
  const { outcome, parts: found = {} } = judgement;
  expect(found['plus']).toEqual(outcome);
  return Object.fromEntries(
    Object.entries(found).map(([part, each]) => [
      part,
      each.kind === 'passed' ? 'passed' : each.cause,
    ]),
  );
}

const BOTH = { base: 'passed', plus: 'passed' };
const NEITHER = { base: 'assertion', plus: 'assertion' };

describe('parts', () => {
  const square = { reference: 'return x * x', base: '[[1], [3]]', plus: '[[0], [-2]]' };

  test.each([
    ['right', 'return x * x', BOTH],
    ['right for the base inputs alone', 'return x * abs(x)', { base: 'passed', plus: 'assertion' }],
    ['right for the plus inputs alone', 'return x * x if x < 1 else 0', NEITHER],
    ['that raises late', 'return x * x if x > 0 else 1 / 0', { base: 'passed', plus: 'exception' }],
    [
      'that hangs late',
      'while x <= 0: pass\n    return x * x',
      { base: 'passed', plus: 'timeout' },
    ],
    [
      'that leaves late',
      'import os\n    return x * x if x > 0 else os._exit(0)',
      { base: 'passed', plus: 'protocol' },
    ],
    [
      'that answers an object late',
      'return x * x if x > 0 else object()',
      { base: 'passed', plus: 'opaque-answer' },
    ],
  ])('of a completion %s', async (_, body, expected) => {
    expect(await parts(square, body)).toEqual(expected);
  });

  test('the verdict names the first input that fails, and both values', async () => {
    expect(await judge(square, '    return x * abs(x)\n')).toMatchObject({
      outcome: { cause: 'assertion', detail: 'plus input 2 of 2: f(-2) gave -4, expected 4' },
    });
    expect(await judge(square, '    return x * x if x > 1 else nowhere\n')).toMatchObject({
      outcome: {
        cause: 'exception',
        detail:
          "NameError: name 'nowhere' is not defined (line 1 of the completion), base input 1 of 2: f(1)",
      },
    });
    expect(await judge(square, '    while x < 0: pass\n    return x * x\n')).toMatchObject({
      outcome: { cause: 'timeout', detail: 'over 1 s, plus input 2 of 2: f(-2)' },
    });
  });

  test('the values that a verdict names are shortened', async () => {
    const long = { reference: 'return [x] * 20_000', base: `[["${'a'.repeat(100)}"]]` };
    const judgement = await judge(long, '    return {n: str(x) for n in range(20_000)}\n');
    expect(JSON.stringify(judgement).length).toBeLessThan(2_500);
    expect(judgement).toMatchObject({ outcome: { cause: 'assertion' } });
  });
});

describe('a comparison', () => {
  test.each([
    ['True equals 1', 'return 1', 'return True', BOTH],
    ['1.0 equals 1', 'return 1', 'return 1.0', BOTH],
    ['a tuple is not a list', 'return [x]', 'return (x,)', NEITHER],
    ['a generator is not a list', 'return [x]', 'yield x', NEITHER],
    ['a float may be off by 1e-6', 'return x / 3', 'return x / 3 + 9e-7', BOTH],
    ['and by 1e-7 of the expected value', 'return x * 1e9', 'return x * 1e9 + 90', BOTH],
    ['a float may not be off by more', 'return x / 3', 'return x / 3 + 2e-6', NEITHER],
    ['an integer may not be off', 'return x * 10 ** 9', 'return x * 10 ** 9 + 1', NEITHER],
    ['a close integer is not a float', 'return 1 + 1e-9', 'return 1', NEITHER],
    ['floats of a list may be off', 'return [x / 3, 0.5]', 'return [x / 3 + 1e-7, 0.5]', BOTH],
    ['not where the list is mixed', 'return [x / 3, 1]', 'return [x / 3 + 1e-7, 1]', NEITHER],
    ['not where it is longer', 'return [x / 3]', 'return [x / 3 + 1e-7, 0.5]', NEITHER],
    ['not where it is a tuple', 'return [x / 3]', 'return (x / 3 + 1e-7,)', NEITHER],
    ['text is not close to anything', 'return [x / 3]', 'return ["0.33"]', NEITHER],
    ['nan is close to nothing', "return float('nan')", "return float('nan')", NEITHER],
    ['infinity equals itself', 'return [1e400, x / 3]', 'return [1e400, x / 3 + 1e-7]', BOTH],
    ['infinity is far from all else', 'return 1e400', 'return 1e308', NEITHER],
  ])('%s', async (_, reference, body, expected) => {
    expect(await parts({ reference }, body)).toEqual(expected);
  });

  test('the tolerance is the task’s where it has one', async () => {
    const third = { reference: 'return x / 3', atol: 0.01 };
    expect(await parts(third, 'return x / 3 + 0.009')).toEqual(BOTH);
    expect(await parts(third, 'return x / 3 + 0.011')).toEqual(NEITHER);
  });

  test('the first expected float makes the tolerance hold for what follows in its part', async () => {
    const mixed = {
      reference: 'return x',
      base: '[[100000000], [0.5]]',
      plus: '[[0.5], [100000000]]',
    };
    const nearby = 'return x + 1 if x == 100000000 and seen else (seen.append(x), x)[1]';
    const completion = `    return x\n\nseen = []\n\ndef f(x):\n    ${nearby}\n`;
    expect(await judge(mixed, completion)).toMatchObject({ outcome: { kind: 'passed' } });
    expect(await judge(mixed, '    return x + 1 if x > 1 else x\n')).toMatchObject({
      outcome: { detail: 'base input 1 of 2: f(100000000) gave 100000001, expected 100000000' },
    });
  });

  test('any root of a polynomial will do', async () => {
    const roots = {
      reference: 'return 1.0',
      base: '[[[-1, 0, 1]]]',
      plus: '[[[-4, 0, 1]]]',
      atol: 1e-4,
      comparison: 'polynomial-root',
    };
    expect(await parts(roots, 'return -((-x[0]) ** 0.5)')).toEqual(BOTH);
    expect(await parts(roots, 'return 1')).toEqual({ base: 'passed', plus: 'assertion' });
    expect(await parts(roots, 'x[:] = [0, 0, 0]; return 7')).toEqual(NEITHER);
    expect(await parts(roots, "return 'one'")).toEqual(NEITHER);
    expect(await parts(roots, "return float('nan')")).toEqual(NEITHER);
  });
});

describe('inputs and expected values', () => {
  test('integers beyond 2^53 and the order of keys arrive as they stand in the data', async () => {
    const base = '[[90071992547409931], [{"2": 1, "1": 2}]]';
    const strict = { reference: 'return repr(x)', base };
    expect(await parts(strict, 'return repr(x)')).toEqual(BOTH);
    expect(
      await parts(strict, "return '90071992547409931' if type(x) is int else repr(x)"),
    ).toEqual({ base: 'passed', plus: 'assertion' });
  });

  test('each call has arguments of its own', async () => {
    const same = { reference: 'return sum(x)', base: '[[[1, 2]], [[1, 2]]]', plus: '[[[1, 2]]]' };
    expect(await parts(same, 'total = sum(x)\n    x.clear()\n    return total')).toEqual(BOTH);
  });

  test.each([
    [
      'text',
      "return 'ab' * 5_000_000",
      "return 'ab' * 5_000_000",
      "return 'ab' * 4_999_999 + 'ac'",
    ],
    [
      'a list of integers',
      'return list(range(400_000))',
      'return [float(n) for n in range(400_000)]',
      'return [n | 1 for n in range(400_000)]',
    ],
    [
      'a list of floats',
      'return [n / 7 for n in range(40_000)]',
      'return [n / 7 + 1e-7 for n in range(40_000)]',
      'return [n / 7 + 1e-2 for n in range(40_000)]',
    ],
    [
      'a mixed list',
      'return [1, -0.0] * 20_000',
      'return [True, 0] * 20_000',
      'return [1, None] * 20_000',
    ],
    [
      'large integers',
      'return [2 ** 64 + n for n in range(20_000)]',
      'return [2 ** 64 + n for n in range(20_000)]',
      'return [2 ** 64 + n + n % 2 for n in range(20_000)]',
    ],
  ])('%s may be long', async (_, reference, right, wrong) => {
    expect(await parts({ reference }, right)).toEqual(BOTH);
    expect(await parts({ reference }, wrong)).toEqual(NEITHER);
  });

  test.each([
    ['raises', 'return 1 / 0', /raises ZeroDivisionError: division by zero on base input 1$/],
    ['gives an object', 'return object()', /gives a object, which no other process can receive/],
    ['does not compile', 'return (', /does not load: SyntaxError/],
    ['leaves', 'import os; os._exit(0)', /the checker ended without an answer/],
  ])('a task is at fault itself whose reference %s', async (_, reference, detail) => {
    expect(await judge({ reference }, '    return 1\n')).toEqual({
      kind: 'infrastructure',
      fault: 'task',
      detail: expect.stringMatching(detail),
    });
  });

  test.each([
    ['inputs that are not JSON', { reference: 'return x', base: '[[1]' }],
    ['inputs that are no argument lists', { reference: 'return x', base: '[1]' }],
    ['an unknown comparison', { reference: 'return x', comparison: 'by eye' }],
  ])('a task is at fault itself with %s', async (_, made) => {
    expect(await judge(made, '    return x\n')).toMatchObject({
      kind: 'infrastructure',
      fault: 'task',
    });
  });

  test('expected values are found once and kept; damaged ones are found again', async () => {
    const kept = new Map<string, Uint8Array>();
    let writes = 0;
    const cache: Cache = {
      read: (name) => Promise.resolve(kept.get(name)),
      write: (name, content) => {
        writes += 1;
        kept.set(name, content);
        return Promise.resolve();
      },
    };
    const own = task({ reference: 'return x' });
    const judged = async () => {
      const options = { level: 'auto', workers: 2, env: process.env, cache } as const;
      await using fresh = await openPythonSandbox(options);
      const samples = Array.from({ length: 3 }, () => ({
        task: own,
        completion: '    return x\n',
      }));
      const found = await Promise.all(samples.map((sample) => fresh.judge(sample)));
      expect(found).toMatchObject(samples.map(() => ({ outcome: { kind: 'passed' } })));
    };
    await judged();
    expect(writes).toBe(1);
    await judged();
    expect(writes).toBe(1);
    const [[name, content] = ['', new Uint8Array()]] = kept;
    kept.set(name, content.slice(0, -1));
    await judged();
    expect(writes).toBe(2);
    expect(kept.get(name)).toEqual(content);
  });
});

/** Each would pass if the candidate could reach what is expected, or its comparison. */
const HOSTILE = [
  ['answers what equals everything', "return type('Any', (), {'__eq__': lambda *_: True})()"],
  [
    'answers an int that equals everything',
    "return type('Any', (int,), {'__eq__': lambda *_: True})()",
  ],
  [
    'answers a float that is close to everything',
    "return type('Any', (float,), {'__sub__': lambda *_: 0.0, '__rsub__': lambda *_: 0.0, '__float__': lambda *_: 5.0})(7.0)",
  ],
  [
    'answers a list whose items change',
    "return type('Any', (list,), {'__iter__': lambda *_: iter([5]), '__len__': lambda *_: 1})()",
  ],
  [
    'looks for expected values in memory',
    'import gc\n    return next(o for o in gc.get_objects() if isinstance(o, dict) and "expected" in o)["expected"]',
  ],
  [
    'walks the frames for them',
    'import sys\n    frame = sys._getframe()\n    while frame:\n        for value in frame.f_locals.values():\n            if value == 5: return value\n        frame = frame.f_back',
  ],
  [
    'patches the comparison',
    'import builtins, sys\n    sys.modules["comparison"] = None\n    builtins.type = lambda *_: int\n    builtins.abs = lambda *_: 0.0\n    return 4',
  ],
  ['changes its arguments', 'x[:] = [5] if isinstance(x, list) else 5\n    return 4'],
  [
    'answers before it is asked',
    'import os\n    for fd in range(3, 9):\n        try: os.write(fd, bytes([6, 0, 0, 0]) + b"Ai" + bytes([1, 0, 0, 0, 5])[:4])\n        except OSError: pass\n    return 4',
  ],
  [
    'reports that its parts passed',
    'import os\n    for fd in range(3, 9):\n        try: os.write(fd, bytes([34, 0, 0, 0]) + b\'{"kind": "part-passed", "part": "base"}\'[:34])\n        except OSError: pass\n    return 4',
  ],
  [
    'sends a digest',
    'import os, struct\n    body = b"Ah" + b"i" + struct.pack("<I", 1) + b"\\x05"\n    for fd in range(3, 9):\n        try: os.write(fd, struct.pack("<I", len(body)) + body)\n        except OSError: pass\n    os._exit(0)',
  ],
  [
    'sends numbers that are none',
    'import os, struct\n    body = b"An" + struct.pack("<I", 9) + b"P" + bytes(8)\n    for fd in range(3, 9):\n        try: os.write(fd, struct.pack("<I", len(body)) + body)\n        except OSError: pass\n    os._exit(0)',
  ],
] as const;

/** Replies in the short form that no candidate of ours writes, as Python. */
const MALFORMED = [
  'b"M"',
  'b"M[\\xff\\xff\\xff\\xff"',
  'b"M[\\1\\0\\0\\0[\\0\\0\\0\\0"',
  'b"Ml\\xff\\xff\\xff\\x7f"',
  'b"Ml\\1\\0\\0\\0\\xff\\xff"',
  'b"Mu\\4\\0\\0\\0\\xff\\xff\\xff\\xff"',
  'b"Mc" + bytes(64)',
  'b"Mr\\0\\0\\0\\0"',
  'b"Mi\\5\\0\\0\\0N"',
  'b"Mu" + struct.pack("<I", 5_000) + b"5" * 5_000',
];

test.each(MALFORMED)('no reply is %s', async (reply) => {
  const body = `import os, struct
    body = ${reply}
    for fd in range(3, 9):
        try: os.write(fd, struct.pack("<I", len(body)) + body)
        except OSError: pass
    os._exit(0)`;
  expect(await parts({ reference: 'return 5' }, body)).toEqual({
    base: 'protocol',
    plus: 'protocol',
  });
});

test.each([
  ['True', 'return 1', 'passed'],
  ['1.0', 'return 1', 'passed'],
  ['-0.0', 'return 0', 'passed'],
  ['"1"', 'return 1', 'assertion'],
  ['(1, 2)', 'return [1, 2]', 'assertion'],
  ['[1.0, True]', 'return [1, 1]', 'passed'],
  ['[1, [2]]', 'return [1, [2]]', 'passed'],
  ['[1, float("nan")]', 'return [1, float("nan")]', 'assertion'],
  ['10 ** 2_000', 'return 10 ** 2_000', 'passed'],
  ['-(2 ** 63)', 'return -(2 ** 63)', 'passed'],
  ['-(2 ** 63) + 1', 'return -(2 ** 63)', 'assertion'],
  ['"\\ud800" * 9', 'return "\\ud800" * 9', 'passed'],
  ['"x" * 5_000', 'return "x" * 5_000', 'passed'],
])('what is written otherwise is compared by its value: %s', async (answer, reference, end) => {
  expect(await parts({ reference }, `return ${answer}`)).toEqual({ base: end, plus: end });
});

describe('no forged pass: a completion that', () => {
  test.each(HOSTILE)('%s', async (_, body) => {
    // The sum of squares, which none of them is.
    const made = { reference: 'return 5', base: '[[3], [[1, 2]]]', plus: '[[4]]' };
    for (const isTestPinned of [false, true]) {
      const ask = (text: string) =>
        sandbox.judge({ task: task(made), completion: `    ${text}\n`, isTestPinned });
      expect(await ask(body)).toMatchObject({
        kind: 'verdict',
        outcome: { kind: 'failed' },
        parts: { base: { kind: 'failed' }, plus: { kind: 'failed' } },
      });
      expect(await ask('return 5')).toMatchObject({ outcome: { kind: 'passed' } });
    }
  });
});

function program(source: string, completion: string): Promise<Judgement> {
  return sandbox.judge({
    task: {
      taskId: 'Own/1',
      prompt: 'import math\n\n\ndef area(r):\n',
      entryPoint: 'area',
      canonicalSolution: '',
      test: { kind: 'program', source },
    },
    completion,
  });
}

describe('a whole test program', () => {
  test('passes where nothing raises', async () => {
    const source = 'for r in range(4):\n    assert area(r) == math.pi * r ** 2\n';
    expect(await program(source, '    return math.pi * r * r\n')).toEqual({
      kind: 'verdict',
      outcome: { kind: 'passed' },
    });
    expect(await program(source, '    return 3 * r * r\n')).toMatchObject({
      outcome: {
        cause: 'assertion',
        detail: expect.stringContaining('line 2 of the test: assert area'),
      },
    });
    expect(await program('area(1)', '    raise SystemExit(0)\n')).toMatchObject({
      outcome: { cause: 'exception' },
    });
  });

  test('that does not compile is the task’s fault', async () => {
    expect(await program('assert (', '    return 1\n')).toMatchObject({ fault: 'task' });
  });
});
