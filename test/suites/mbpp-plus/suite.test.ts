import { afterAll, describe, expect, test } from 'vitest';
import { openPythonSandbox } from '../../../src/sandbox/python/open.ts';
import { MBPP_PLUS } from '../../../src/suites/mbpp-plus/suite.ts';
import { renderPrompt } from '../../../src/suites/prompt.ts';
import { fileCache } from '../../fixtures/file-cache.ts';
import { DATA_CACHE, suiteTasks } from '../../fixtures/suite-data.ts';

const TASKS = await suiteTasks(MBPP_PLUS);
const sandbox = await openPythonSandbox({
  level: 'auto',
  env: process.env,
  cache: fileCache(DATA_CACHE),
});

afterAll(() => sandbox[Symbol.asyncDispose]());

function taskOf(number: number) {
  const task = TASKS.find(({ taskId }) => taskId === `Mbpp/${number}`);
  if (task === undefined) {
    throw new Error(`no task ${number}`);
  }
  return task;
}

async function parts(number: number, completion: string): Promise<string> {
  const judgement = await sandbox.judge({ task: taskOf(number), completion });
  const found = judgement.kind === 'verdict' ? judgement.parts : undefined;
  return `${found?.['base']?.kind}, ${found?.['plus']?.kind}`;
}

test('it has the 378 tasks of its release', () => {
  expect(TASKS).toHaveLength(378);
});

test('a bare prompt is the docstring as it stands', () => {
  expect(renderPrompt(taskOf(56), { mode: 'raw' })).toEqual({
    kind: 'text',
    text: '"""\nWrite a python function to check if a given number is one less than twice its reverse.\nassert check(70) == False\n"""\n',
  });
});

/** Each is judged as EvalPlus 0.3.1 judges it. */
const KNOWN = [
  [
    'a function that is called check',
    56,
    'def check(n):\n    return n == 2 * int(str(n)[::-1]) - 1\n',
    'passed, passed',
  ],
  ['any function that is called check', 56, 'def check(n):\n    return True\n', 'failed, failed'],
  [
    'the items in another order',
    2,
    'def similar_elements(a, b):\n    return sorted(set(a) & set(b), key=str, reverse=True)\n',
    'passed, passed',
  ],
  [
    'an item too many',
    2,
    'def similar_elements(a, b):\n    return set(a) & set(b) | {-1}\n',
    'failed, failed',
  ],
  [
    'arguments that are tuples',
    2,
    'def similar_elements(a, b):\n    assert type(a) is type(b) is tuple\n    return set(a) & set(b)\n',
    'passed, passed',
  ],
  [
    'a match for a truth',
    737,
    "import re\ndef check_str(s):\n    return re.search('^[aeiouAEIOU][A-Za-z0-9_]*', s)\n",
    'passed, passed',
  ],
  [
    'a match for everything',
    737,
    "import re\ndef check_str(s):\n    return re.search('', s)\n",
    'failed, failed',
  ],
  [
    'infinite arguments',
    404,
    'def minimum(a, b):\n    return a if a < b else b\n',
    'passed, passed',
  ],
  [
    'no further inputs',
    793,
    'def last(arr, x):\n    return len(arr) - arr[::-1].index(x) - 1\n',
    'passed, passed',
  ],
  [
    'complex arguments',
    252,
    'import cmath\ndef convert(z):\n    return abs(z), cmath.phase(z)\n',
    'passed, passed',
  ],
  [
    'digits that end at the same place',
    558,
    'def digit_distance_nums(a, b):\n    w = max(len(str(a)), len(str(b)))\n    return sum(abs(int(x) - int(y)) for x, y in zip(str(a).zfill(w), str(b).zfill(w)))\n',
    'passed, passed',
  ],
  [
    'the height of the apex',
    581,
    'import math\ndef surface_Area(b, h):\n    return round(b * b + 2 * b * math.sqrt((b / 2) ** 2 + h * h))\n',
    'passed, passed',
  ],
] as const;

describe('judging', () => {
  test.each(KNOWN)('%s (Mbpp/%i)', async (_, number, completion, expected) => {
    expect(await parts(number, completion)).toBe(expected);
  });
});
