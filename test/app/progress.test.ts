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

/** A run of two cells of 100 tasks, then timings. */
function startRun(sink: ProgressSink): void {
  const parts = [
    { name: 'completions', asked: 200, done: 0 },
    { name: 'timings', asked: 50, done: 0 },
  ];
  sink({ kind: 'run-started', parts });
  sink({ kind: 'part-started', part: 'completions' });
}

/** A step of a hundred tasks, of which so many are done after a while. */
function generate(sink: ProgressSink, wait: (ms: number) => void, [ms, done]: [number, number]) {
  sink({ kind: 'step-started', step: STEP, unit: 'tasks', total: 100, pieces: 100 });
  wait(ms);
  sink({ kind: 'step-advanced', step: STEP, done });
}

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

test('a line of a run says what is done, what remains, and when it ends', async () => {
  const lines = await linesOf((sink, wait) => {
    startRun(sink);
    generate(sink, wait, [50_000, 50]);
    // 50 tasks in 50 s: 150 completions and 50 timings are left, as far as anyone knows at that pace.
    sink({ kind: 'step-ended', step: STEP });
  });
  expect(lines.at(-1)).toBe(
    'q8: generating: 50 of 100 tasks; run: 50 of 200 completions, then timings (50), 3m 20s left, until now + 250 s',
  );
});

test('what else a cell takes, as loading, counts for the cells to come', async () => {
  const lines = await linesOf((sink, wait) => {
    startRun(sink);
    sink({ kind: 'step-started', step: 'q8: loading', unit: 'percent', total: 100 });
    wait(100_000);
    sink({ kind: 'step-ended', step: 'q8: loading' });
    generate(sink, wait, [50_000, 50]);
  });
  // 50 s for the rest of this cell, 200 s for the next, and half of that for the timings.
  expect(lines.at(-1)).toContain('5m 50s left');
});

test('a part that has begun goes by its own pace, and what the one before left out is not waited for', async () => {
  const lines = await linesOf((sink, wait) => {
    startRun(sink);
    generate(sink, wait, [50_000, 100]);
    sink({ kind: 'part-started', part: 'timings' });
    sink({ kind: 'step-started', step: 'timing', unit: 'samples', total: 50, pieces: 50 });
    wait(40_000);
    sink({ kind: 'step-advanced', step: 'timing', done: 10 });
  });
  expect(lines.at(-1)).toBe(
    'timing: 10 of 50 samples; run: 10 of 50 timings, 2m 40s left, until now + 250 s',
  );
});

test('what an earlier command did of a run is done, and no speed', async () => {
  const lines = await linesOf((sink, wait) => {
    sink({ kind: 'run-started', parts: [{ name: 'completions', asked: 100, done: 60 }] });
    sink({ kind: 'part-started', part: 'completions' });
    const step = { step: STEP, unit: 'tasks', total: 100, done: 60, pieces: 40 } as const;
    sink({ kind: 'step-started', ...step });
    wait(40_000);
    sink({ kind: 'step-advanced', step: STEP, done: 80 });
  });
  expect(lines.at(-1)).toContain('run: 80 of 100 completions, 40s left');
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
