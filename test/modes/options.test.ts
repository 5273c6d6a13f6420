import { expect, test } from 'vitest';
import { chooseK } from '../../src/modes/check-options.ts';
import { humanevalOptions } from '../../src/app/humaneval/options.ts';
import { parseOptions } from '../../src/options/parse.ts';

test('modes come in an order of their own, however they were typed', () => {
  expect(parseOptions(humanevalOptions, { decode: 'lookup,greedy' }).decode).toEqual([
    'greedy',
    'lookup',
  ]);
});

test.each([
  [{ temperature: '0.7' }, '--temperature 0.7 has no use with --decode greedy; add sample'],
  [{ samples: '5', decode: 'lookup' }, '--samples 5 has no use with --decode lookup'],
  [{ seed: '1' }, '--seed 1 has no use'],
  [{ k: '1' }, '--k 1 has no use'],
  [{ draft: 'q4_0' }, '--draft q4_0 has no use with --decode greedy; add assisted'],
  [{ maxDraft: '4' }, '--max-draft 4 has no use with --decode greedy; add assisted or lookup'],
  [{ latency: false, latencyTasks: '4' }, '--latency-tasks 4 has no use with --no-latency'],
  [{ latency: false, latencyRepeats: '4' }, '--latency-repeats 4 has no use with --no-latency'],
])('%j would be ignored in silence and is refused', (typed, message) => {
  expect(() => parseOptions(humanevalOptions, typed)).toThrow(message);
});

test.each([
  [{ decode: 'greedy,greedy' }, '--decode greedy,greedy: must not repeat a value: greedy'],
  [{ decode: 'sample', temperature: '0' }, '--temperature 0: must be a number above 0'],
  [{ decode: 'sample', temperature: 'warm' }, '--temperature warm: must be a number above 0'],
  [{ decode: 'sample', topP: '1.5' }, '--top-p 1.5: must be at most 1'],
  [{ decode: 'sample', k: '0' }, '--k 0: must be a positive integer'],
  [{ decode: 'sample', k: '1,50' }, '--k 50 needs at least 50 samples per task; --samples is 20'],
  [{ decode: 'sample', samples: '3', k: '4' }, '--k 4 needs at least 4 samples'],
  [{ cacheTypeK: 'f16,f16' }, '--cache-type-k f16,f16: must not repeat a value: f16'],
  [{ latencyTasks: 'some' }, '--latency-tasks some: must be all or a positive integer'],
])('%j is refused in one line', (typed, message) => {
  expect(() => parseOptions(humanevalOptions, typed)).toThrow(message);
});

test('pass@k is reported for the customary k that the samples allow', () => {
  expect(chooseK(parseOptions(humanevalOptions, {}))).toEqual([1]);
  expect(chooseK(parseOptions(humanevalOptions, { decode: 'sample' }))).toEqual([1, 10]);
  expect(chooseK(parseOptions(humanevalOptions, { decode: 'sample', samples: '200' }))).toEqual([
    1, 10, 100,
  ]);
  expect(chooseK(parseOptions(humanevalOptions, { decode: 'sample', k: '10,2,10' }))).toEqual([
    2, 10,
  ]);
});
