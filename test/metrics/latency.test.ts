import { expect, test } from 'vitest';
import { speedupOver, taskFigures } from '../../src/metrics/latency.ts';
import { sha256Text } from '../../src/records/hash.ts';
import type { Timing } from '../../src/records/timing.ts';

function timing(taskId: string, repeat: number, changes: Partial<Timing> = {}): Timing {
  return {
    version: 1,
    key: sha256Text(`${taskId} ${repeat}`),
    cell: 'cell',
    taskId,
    repeat,
    promptTokens: 50,
    newTokens: 11,
    stopReason: 'end-token',
    ttftMs: 100,
    decodeMs: 200,
    ...changes,
  };
}

test('TPOT is the time after the first token over the tokens after it', () => {
  const figures = taskFigures([timing('a', 0)]);
  expect(figures.tpotMs.get('a')).toBe(20);
  expect(figures.decodeTokensPerSecond.get('a')).toBe(50);
  expect(figures.prefillTokensPerSecond.get('a')).toBe(500);
});

test('one disturbed repeat leaves a task where it is', () => {
  const repeats = [
    timing('a', 0),
    timing('a', 1, { ttftMs: 9_000 }),
    timing('a', 2, { ttftMs: 104 }),
  ];
  expect(taskFigures(repeats).ttftMs.get('a')).toBe(104);
});

test('an answer of one token has a TTFT and no TPOT', () => {
  const figures = taskFigures([timing('a', 0, { newTokens: 1, decodeMs: 0 }), timing('b', 0)]);
  expect([...figures.ttftMs.keys()]).toEqual(['a', 'b']);
  expect([...figures.tpotMs.keys()]).toEqual(['b']);
});

test('twice as fast on every prompt is a speed-up of 2 without doubt', () => {
  const reference = new Map([
    ['a', 100],
    ['b', 300],
    ['c', 80],
  ]);
  const own = new Map([...reference].map(([taskId, value]) => [taskId, value / 2]));
  expect(speedupOver(reference, own)).toEqual({ n: 3, estimate: 2, ci95: [2, 2] });
});

test('a speed-up is that of the means over the prompts that both have', () => {
  const ratio = speedupOver(
    new Map([
      ['a', 100],
      ['b', 300],
      ['only here', 1],
    ]),
    new Map([
      ['a', 100],
      ['b', 100],
      ['only there', 9],
    ]),
  );
  expect(ratio).toMatchObject({ n: 2, estimate: 2 });
  expect(ratio?.ci95).toEqual([1, 3]);
});

test('one pair has no interval and so no speed-up', () => {
  expect(speedupOver(new Map([['a', 1]]), new Map([['a', 2]]))).toBeUndefined();
});
