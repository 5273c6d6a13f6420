import { afterAll, expect, test } from 'vitest';
import { openPythonSandbox } from '../../../src/sandbox/python/open.ts';
import { makeSample } from '../sample.ts';

const sandbox = await openPythonSandbox({ level: 'auto', workers: 1, env: process.env });

afterAll(() => sandbox[Symbol.asyncDispose]());

/** As in HumanEval/32: the test uses a helper of the prompt on the answer. */
const TASK = {
  prompt: 'def twice(x):\n    return 2 * x\n\n\ndef half(x):\n    """twice(half(x)) == x"""\n',
  test: 'def check(candidate):\n    for x in (2, 4, 10):\n        assert twice(candidate(x)) == x\n',
  entryPoint: 'half',
};

async function passes(completion: string): Promise<boolean> {
  const judgement = await sandbox.judge(makeSample({ ...TASK, completion }));
  if (judgement.kind === 'infrastructure') {
    throw new Error(judgement.detail);
  }
  return judgement.outcome.kind === 'passed';
}

const HALF = 'def half(x):\n    return x // 2\n';

test.each([
  ['leaves it alone', '    return x // 2\n', true],
  ['repeats it', `\ndef twice(x):\n    return 2 * x\n\n${HALF}`, true],
  ['writes it in other words', `\ndef twice(x):\n    return x + x\n\n${HALF}`, true],
  ['breaks it', `\ndef twice(x):\n    return 3 * x\n\n${HALF}`, false],
  ['makes it raise', `\ndef twice(x):\n    raise ValueError\n\n${HALF}`, false],
  ['forges with it', '    return x\n\ndef twice(x):\n    return x\n', false],
])('of a helper of the prompt a completion %s', async (_, completion, expected) => {
  expect(await passes(completion)).toBe(expected);
});
