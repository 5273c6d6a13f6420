import { beforeAll, expect, test } from 'vitest';
import { findInterpreter } from '../../../src/sandbox/python/interpreter.ts';
import { openPythonSandbox } from '../../../src/sandbox/python/open.ts';
import { usersOfWorker } from '../../../src/sandbox/common/users.ts';
import { mutantsOf } from './mutations.ts';
import { canonicalSamples, judgeByHumanEval, type CanonicalSample } from './reference.ts';

/** Every fourth mutant: the original harness takes about 40 ms for each. */
const SHARE = 4;

let python: string;
let canonical: CanonicalSample[];

beforeAll(async () => {
  const user = usersOfWorker(0);
  const options = { python: undefined, packages: [], env: process.env, user };
  python = (await findInterpreter(options)).executable;
  canonical = await canonicalSamples(python);
});

async function verdicts(
  samples: readonly CanonicalSample[],
  options: { readonly workers: number; readonly level: 'l2' | 'auto' },
): Promise<string[]> {
  await using sandbox = await openPythonSandbox({ ...options, python, env: process.env });
  const judgements = await Promise.all(samples.map((sample) => sandbox.judge(sample)));
  return judgements.map((judgement) => {
    if (judgement.kind === 'infrastructure') {
      return `infrastructure: ${judgement.detail}`;
    }
    return judgement.outcome.kind === 'passed' ? 'passed' : judgement.outcome.cause;
  });
}

test('all 164 canonical solutions pass', async () => {
  const results = await verdicts(canonical, { workers: 2, level: 'auto' });
  expect(results).toHaveLength(164);
  expect(canonical.filter((_, index) => results[index] !== 'passed')).toEqual([]);
});

test('right, wrong and mutated completions get the verdict of the original harness', async () => {
  const samples = canonical
    .flatMap((sample) =>
      mutantsOf(sample.completion).map(({ name, text }) => ({ ...sample, name, completion: text })),
    )
    .filter((_, index) => index % SHARE === 0);
  const ours = await verdicts(samples, { workers: 2, level: 'auto' });
  const theirs = await judgeByHumanEval(python, samples);
  const differing = samples
    .map(({ taskId, name }, index) => ({ taskId, name, ours: ours[index], theirs: theirs[index] }))
    .filter((sample) => (sample.ours === 'passed') !== sample.theirs);
  expect(differing).toEqual([]);
  expect(theirs.filter(Boolean).length).toBeGreaterThan(100);
});

test('verdicts and causes are the same the second time and with another number of workers', async () => {
  const samples = canonical.slice(25, 60).flatMap((sample) =>
    mutantsOf(sample.completion)
      .filter(({ name }) => name !== 'unequal for equal')
      .map(({ text }) => ({ ...sample, completion: text })),
  );
  const first = await verdicts(samples, { workers: 1, level: 'auto' });
  expect(await verdicts(samples, { workers: 1, level: 'auto' })).toEqual(first);
  expect(await verdicts(samples, { workers: 3, level: 'auto' })).toEqual(first);
  expect(await verdicts(samples, { workers: 2, level: 'l2' })).toEqual(first);
});
