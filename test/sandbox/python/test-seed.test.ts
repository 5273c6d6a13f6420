import { describe, expect, test } from 'vitest';
import { openPythonSandbox } from '../../../src/sandbox/python/open.ts';
import type { Sample } from '../../../src/sandbox/grader.ts';
import { makeSample } from '../sample.ts';

const ONE = '00112233445566778899aabbccddeeff';
const OTHER = 'ffeeddccbbaa99887766554433221100';

/** Its verdict's detail names the number that the test drew. */
const DRAWS = makeSample({
  prompt: 'def echo(number):\n',
  completion: '    return number\n',
  test: 'def check(echo):\n    import random\n    assert echo(random.getrandbits(64)) is None\n',
  entryPoint: 'echo',
});

const GUESSES = makeSample({
  prompt: 'def guess(number):\n',
  completion: `    import random
    drawn = [random.getrandbits(64)]
    for seed in (0, 1, 2, '', '${ONE}', None):
        drawn.append(random.Random(seed).getrandbits(64))
    return number in drawn
`,
  test: 'def check(guess):\n    import random\n    assert guess(random.getrandbits(64))\n',
  entryPoint: 'guess',
});

describe.each(['l2', 'l3'] as const)('what a test draws, at %s', (level) => {
  async function judged(samples: readonly Sample[]): Promise<unknown[]> {
    await using sandbox = await openPythonSandbox({ level, workers: 1, env: process.env });
    return await Promise.all(samples.map((sample) => sandbox.judge(sample)));
  }

  test('follows from the seed of its sample, in every process anew', async () => {
    const samples = [ONE, ONE, OTHER].map((seed) => ({ ...DRAWS, seed }));
    const [first, second, other] = await judged(samples);
    expect(second).toEqual(first);
    expect(other).not.toEqual(first);
    expect(await judged(samples)).toEqual([first, second, other]);
  });

  test('cannot be told beforehand', async () => {
    const failed = { kind: 'verdict', outcome: { kind: 'failed', cause: 'assertion' } };
    expect(await judged([{ ...GUESSES, seed: OTHER }, GUESSES])).toMatchObject([failed, failed]);
  });
});
