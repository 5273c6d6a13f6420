import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { memoryError } from '../../src/records/error.ts';
import { sha256Text } from '../../src/records/hash.ts';
import type { ProgressEvent } from '../../src/records/progress.ts';
import { summarize } from '../../src/report/humaneval/summary.ts';
import { readRun } from '../../src/store/run-store.ts';
import { makeCell, makePlan } from '../fixtures/run.ts';
import { createScriptedEngine } from '../fixtures/scripted-engine.ts';
import { createScriptedSandbox, RIGHT, runScripted as run } from '../fixtures/scripted-run.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const answer = (): string => RIGHT;

const LARGE = {
  ...makeCell().model,
  base: 'large',
  weights: {
    kind: 'file' as const,
    name: 'large.gguf',
    sha256: sha256Text('large'),
    bytes: 9_000_000,
  },
};

function refuseLarge(path: string): void {
  if (path.endsWith('large.gguf')) {
    throw memoryError('it does not fit');
  }
}

test('every task of every cell is generated and judged', async () => {
  const folder = temporaryFolder();
  const engine = createScriptedEngine({
    answer: (id) => (id === 'Test/1' ? '    return 0\n' : RIGHT),
  });
  const plan = makePlan({
    cells: [makeCell(), makeCell({ id: 'tiny:q4_0/greedy', maxTokens: 65 })],
  });
  await run({ folder, engine, plan });
  const report = summarize(readRun(folder));
  expect(report.cells.map((cell) => cell.passAt1)).toMatchObject([
    { passed: 2, total: 3 },
    { passed: 2, total: 3 },
  ]);
});

test('a second run of the same settings repeats nothing', async () => {
  const folder = temporaryFolder();
  await run({ folder, engine: createScriptedEngine({ answer }) });
  const before = readFileSync(join(folder, 'completions.jsonl'), 'utf8');
  const engine = createScriptedEngine({ answer: () => 'other' });
  await run({ folder, engine });
  expect(engine.answered).toEqual([]);
  expect(readFileSync(join(folder, 'completions.jsonl'), 'utf8')).toBe(before);
});

test('an interrupted run goes on where it stopped and ends like an undisturbed one', async () => {
  const [undisturbed, disturbed] = [temporaryFolder(), temporaryFolder()];
  await run({ folder: undisturbed, engine: createScriptedEngine({ answer }) });
  const controller = new AbortController();
  const first = createScriptedEngine({
    answer,
    onAnswer: (id) => {
      if (id === 'Test/1') {
        controller.abort(new Error('Ctrl-C'));
      }
    },
  });
  await expect(
    run({ folder: disturbed, engine: first, signal: controller.signal }),
  ).rejects.toThrow('Ctrl-C');
  expect(readRun(disturbed).completions).toHaveLength(1);
  const second = createScriptedEngine({ answer });
  await run({ folder: disturbed, engine: second });
  expect(second.answered).toEqual(['Test/1', 'Test/2']);
  expect(readFileSync(join(disturbed, 'completions.jsonl'), 'utf8')).toBe(
    readFileSync(join(undisturbed, 'completions.jsonl'), 'utf8'),
  );
});

test('a resumed cell gets the context of the whole cell, not of what is left', async () => {
  const folder = temporaryFolder();
  const first = createScriptedEngine({ answer, diesBefore: 1 });
  await run({ folder, engine: first });
  const second = createScriptedEngine({ answer });
  await run({ folder, engine: second });
  expect(second.contextSizes).toEqual(first.contextSizes);
});

test('an engine that dies costs no verdict: what it finished counts, the rest is owed', async () => {
  const folder = temporaryFolder();
  const events: ProgressEvent[] = [];
  await run({ folder, engine: createScriptedEngine({ answer, diesBefore: 2 }), events });
  const records = readRun(folder);
  const report = summarize(records);
  expect(report.status).toBe('incomplete');
  expect(report.cells[0]).toMatchObject({ infrastructure: 1, failures: {} });
  expect(records.incidents[0]?.detail).toContain('GGML_ASSERT failed');
  expect(events).toContainEqual(
    expect.objectContaining({
      kind: 'warning',
      text: expect.stringContaining('killed by SIGABRT'),
    }),
  );
  await run({ folder, engine: createScriptedEngine({ answer }) });
  expect(summarize(readRun(folder))).toMatchObject({
    status: 'complete',
    cells: [{ infrastructure: 0, passAt1: { passed: 3, total: 3 } }],
  });
});

test('the next cell runs although the engine died in the one before', async () => {
  const folder = temporaryFolder();
  const plan = makePlan({
    cells: [makeCell(), makeCell({ id: 'tiny:q4_0/greedy', maxTokens: 65 })],
  });
  const engine = createScriptedEngine({ answer, diesBefore: 3 });
  await run({ folder, plan, engine });
  expect(summarize(readRun(folder)).cells.map((cell) => cell.infrastructure)).toEqual([0, 3]);
});

test('a model that does not fit into memory is an incident of its cell, and the others go on', async () => {
  const folder = temporaryFolder();
  const large = makeCell({ id: 'large:f16/greedy', model: LARGE });
  const plan = makePlan({ cells: [large, makeCell()] });
  await run({ folder, plan, engine: createScriptedEngine({ answer, onOpen: refuseLarge }) });
  const records = readRun(folder);
  expect(summarize(records)).toMatchObject({
    status: 'incomplete',
    cells: [{ infrastructure: 3 }, { infrastructure: 0, passAt1: { passed: 3, total: 3 } }],
  });
  expect(records.incidents).toMatchObject([
    { stage: 'generate', cell: large.id, detail: 'memory: it does not fit' },
  ]);
});

test('a run of which nothing fits into memory ends with the error', async () => {
  const folder = temporaryFolder();
  const engine = createScriptedEngine({ answer, onOpen: refuseLarge });
  const cells = ['a', 'b'].map((id) => makeCell({ id, model: LARGE, maxTokens: 64 + id.length }));
  await expect(run({ folder, plan: makePlan({ cells }), engine })).rejects.toThrow(
    'it does not fit',
  );
});

test('a sandbox that cannot judge gives no verdict, and a later run judges without generating', async () => {
  const folder = temporaryFolder();
  await run({
    folder,
    engine: createScriptedEngine({ answer }),
    sandbox: createScriptedSandbox(true),
  });
  expect(summarize(readRun(folder))).toMatchObject({
    status: 'incomplete',
    cells: [{ infrastructure: 3, failures: {} }],
  });
  const engine = createScriptedEngine({ answer });
  await run({ folder, engine });
  expect(engine.answered).toEqual([]);
  expect(summarize(readRun(folder)).status).toBe('complete');
});

test('a prompt that the context cannot hold is named before anything is generated', async () => {
  const folder = temporaryFolder();
  const engine = createScriptedEngine({ answer, contextSize: 70 });
  await expect(run({ folder, engine })).rejects.toThrow(
    /the prompt of Test\/0 has \d+ tokens, which with --max-tokens 64 exceed the context of 70/,
  );
  expect(engine.answered).toEqual([]);
});
