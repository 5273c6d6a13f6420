import { expect, test } from 'vitest';
import { chooseK } from '../../src/modes/check-options.ts';
import { parseHumanevalOptions } from '../../src/app/humaneval/options.ts';

test('modes come in an order of their own, however they were typed', () => {
  expect(parseHumanevalOptions({ decode: 'lookup,greedy' }).decode).toEqual(['greedy', 'lookup']);
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
  expect(() => parseHumanevalOptions(typed)).toThrow(message);
});

test.each([
  [{ decode: 'greedy,greedy' }, '--decode greedy,greedy: names a mode twice'],
  [{ decode: 'sample', temperature: '0' }, '--temperature 0: is not above 0'],
  [{ decode: 'sample', temperature: 'warm' }, '--temperature warm: is no number'],
  [{ decode: 'sample', topP: '1.5' }, '--top-p 1.5: is above 1'],
  [{ decode: 'sample', k: '0' }, '--k 0: is no list of whole numbers above 0'],
  [{ decode: 'sample', k: '1,50' }, '--k 50 needs at least 50 samples a task; --samples is 20'],
  [{ decode: 'sample', samples: '3', k: '4' }, '--k 4 needs at least 4 samples'],
  [{ cacheTypeK: 'f16,f16' }, '--cache-type-k f16,f16: names a type twice'],
  [{ latencyTasks: 'some' }, '--latency-tasks some: is neither all nor a whole number'],
])('%j is refused in one line', (typed, message) => {
  expect(() => parseHumanevalOptions(typed)).toThrow(message);
});

test('pass@k is reported for the customary k that the samples allow', () => {
  expect(chooseK(parseHumanevalOptions({}))).toEqual([1]);
  expect(chooseK(parseHumanevalOptions({ decode: 'sample' }))).toEqual([1, 10]);
  expect(chooseK(parseHumanevalOptions({ decode: 'sample', samples: '200' }))).toEqual([
    1, 10, 100,
  ]);
  expect(chooseK(parseHumanevalOptions({ decode: 'sample', k: '10,2,10' }))).toEqual([2, 10]);
});
