import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { createProgress } from '../../src/app/progress.ts';
import type { ProgressSink } from '../../src/records/progress.ts';

/** What lines appear on a stream that is not a terminal; the clock is the test's. */
async function linesOf(show: (sink: ProgressSink, wait: (ms: number) => void) => void) {
  let now = 0;
  const stream = new PassThrough();
  const time = (fromNowMs: number): string => `now + ${(now + fromNowMs) / 1_000} s`;
  const { sink } = createProgress({ stream, bar: false, now: () => now, time });
  show(sink, (ms) => {
    now += ms;
  });
  stream.end();
  return (await text(stream)).trimEnd().split('\n');
}

const STEP = 'q8: generating';

test('a step says where it stands now and then, with rate, time left and end', async () => {
  const lines = await linesOf((sink, wait) => {
    sink({ kind: 'step-started', step: STEP, unit: 'tasks', total: 164 });
    wait(10_000);
    sink({ kind: 'step-advanced', step: STEP, done: 10, newTokens: 500 });
    wait(30_000);
    sink({ kind: 'step-advanced', step: STEP, done: 41, newTokens: 2_000 });
    wait(60_000);
    sink({ kind: 'step-advanced', step: STEP, done: 164, newTokens: 5_000 });
    sink({ kind: 'step-ended', step: STEP });
  });
  expect(lines).toEqual([
    'q8: generating: 0 of 164 tasks',
    'q8: generating: 41 of 164 tasks, 50.0 tokens/s, 2m left, until now + 160 s',
    'q8: generating: 164 of 164 tasks, 50.0 tokens/s, 1m 40s',
  ]);
});

test('what several models have in common is said once', async () => {
  const lines = await linesOf((sink) => {
    sink({ kind: 'note', text: 'made here from one file' });
    sink({ kind: 'note', text: 'made here from one file' });
    sink({ kind: 'warning', text: 'made here from one file' });
  });
  expect(lines).toEqual(['made here from one file', 'warning: made here from one file']);
});

test('many short steps are told of by a line in 30 seconds at most', async () => {
  const lines = await linesOf((sink, wait) => {
    for (let index = 0; index < 100; index += 1) {
      const step = `step ${index}`;
      sink({ kind: 'step-started', step, unit: 'tasks', total: 1 });
      wait(1_000);
      sink({ kind: 'step-ended', step });
    }
  });
  expect(lines).toHaveLength(4);
});

test('where a step knows its work, the time left is not told by the pieces, which end in clumps', async () => {
  const lines = await linesOf((sink, wait) => {
    sink({ kind: 'step-started', step: STEP, unit: 'tasks', total: 164 });
    wait(30_000);
    const work = { done: 100, left: 500 };
    sink({ kind: 'step-advanced', step: STEP, done: 2, newTokens: 1_500, work });
  });
  expect(lines.at(-1)).toBe(
    'q8: generating: 2 of 164 tasks, 50.0 tokens/s, 2m 30s left, until now + 180 s',
  );
});

test('what an earlier run did counts as done and not as speed', async () => {
  const lines = await linesOf((sink, wait) => {
    sink({ kind: 'step-started', step: STEP, unit: 'tasks', total: 164, done: 144 });
    wait(30_000);
    sink({ kind: 'step-advanced', step: STEP, done: 154, newTokens: 1_500 });
  });
  expect(lines.at(-1)).toBe(
    'q8: generating: 154 of 164 tasks, 50.0 tokens/s, 30s left, until now + 60 s',
  );
});

test('bytes of an unknown total are counted', async () => {
  const lines = await linesOf((sink, wait) => {
    sink({ kind: 'step-started', step: 'hub', unit: 'bytes', total: undefined });
    wait(30_000);
    sink({ kind: 'step-advanced', step: 'hub', done: 1_500_000 });
  });
  expect(lines.at(-1)).toBe('hub: 1.5 MB, 30s');
});

test('notes and warnings are lines of their own', async () => {
  const lines = await linesOf((sink) => {
    sink({ kind: 'note', text: 'base: x' });
    sink({ kind: 'warning', text: 'hot' });
  });
  expect(lines).toEqual(['base: x', 'warning: hot']);
});

test('the first few of many say nothing of the time left', async () => {
  const lines = await linesOf((sink, wait) => {
    sink({ kind: 'step-started', step: STEP, unit: 'tasks', total: 164 });
    wait(30_000);
    sink({ kind: 'step-advanced', step: STEP, done: 1, newTokens: 1_500 });
  });
  expect(lines.at(-1)).toBe('q8: generating: 1 of 164 tasks, 50.0 tokens/s');
});
