import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EngineFailure } from '../../../src/engines/engine.ts';
import type { Prompt } from '../../../src/records/prompt.ts';
import { executeBench } from '../../../src/measures/bench/execute.ts';
import type { BenchPlan } from '../../../src/records/bench.ts';
import { environmentError, usageError } from '../../../src/records/error.ts';
import type { ProgressEvent } from '../../../src/records/progress.ts';
import { BenchStore } from '../../../src/store/bench-store.ts';
import { makeBenchHeader, makeGrid } from '../../fixtures/bench.ts';
import { createScriptedEngine, type Script } from '../../fixtures/scripted-engine.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const PROMPT: Prompt = { kind: 'text', text: 'def add(one, other):' };

async function run(plan: BenchPlan, script: Partial<Script> = {}, folder = temporaryFolder()) {
  const engine = createScriptedEngine({ answer: () => '', ...script });
  const events: ProgressEvent[] = [];
  const order: string[] = [];
  await using store = await BenchStore.open({
    folder,
    header: makeBenchHeader(plan),
    fresh: false,
  });
  await executeBench(store, {
    engines: new Map([[plan.engine.name, engine]]),
    modelPaths: new Map(plan.cells.map(({ model }) => [model.weights.sha256, '/nowhere/model'])),
    prompts: [PROMPT],
    progress: (event) => {
      events.push(event);
      order.push(event.kind);
    },
    signal: new AbortController().signal,
    onEstimates: () => order.push('estimates'),
  });
  const outcomes = plan.cells.map(
    ({ id }) => [...store.results.values()].find(({ cell }) => cell === id)?.outcome,
  );
  return { engine, events, order, outcomes, folder };
}

const GRID = makeGrid({ flash: ['on'], batch: [1, 2, 3] });

test('the estimates are told before the first cell begins', async () => {
  const { order } = await run(GRID);
  expect(order.slice(0, 2)).toEqual(['estimates', 'step-started']);
});

test('an impossible cell is neither probed nor run', async () => {
  const plan = makeGrid({
    batch: [1],
    settingsProblem: ({ flash }) => (flash === 'off' ? 'needs --flash on' : undefined),
  });
  const { outcomes, engine } = await run(plan);
  expect(outcomes.map((outcome) => outcome?.kind)).toEqual(['measured', undefined]);
  // The probe and the one cell.
  expect(engine.opened).toHaveLength(2);
});

/** Fails the opening with this number, from 0; the probe is the first. */
function failAt(number: number, error: Error): Partial<Script> {
  let count = 0;
  return {
    onOpen: () => {
      count += 1;
      if (count === number + 1) {
        throw error;
      }
    },
  };
}

test.for([
  ['usage', usageError('no such context'), 'refused', 'no such context'],
  ['environment', environmentError('no GPU'), 'failed', 'failed: no GPU'],
] as const)(
  'a cell that the engine refuses with a %s error leaves the others theirs, and is told',
  async ([, error, kind, words]) => {
    const { outcomes, events } = await run(GRID, failAt(2, error));
    expect(outcomes.map((outcome) => outcome?.kind)).toEqual(['measured', kind, 'measured']);
    expect(events).toContainEqual({
      kind: kind === 'failed' ? 'warning' : 'note',
      text: `tiny:q8_0/batch 2/context 64/flash on: ${words}`,
    });
  },
);

test('an engine that is killed from outside counts as out of memory and is not tried again', async () => {
  const killed = new EngineFailure('killed', 'was killed by SIGKILL', []);
  const { outcomes, folder } = await run(GRID, failAt(2, killed));
  expect(outcomes[1]).toMatchObject({
    kind: 'oom',
    detail: expect.stringMatching(/SIGKILL, which evalkit did not send/),
  });
  const before = readFileSync(join(folder, 'cells.jsonl'), 'utf8');
  const again = await run(GRID, {}, folder);
  expect(again.engine.opened).toEqual([]);
  expect(readFileSync(join(folder, 'cells.jsonl'), 'utf8')).toBe(before);
});

test('a probe that fails is not repeated for every cell of its model', async () => {
  const { engine, outcomes } = await run(GRID, failAt(0, new EngineFailure('died', 'died', [])));
  // The probe and the three cells.
  expect(engine.opened).toHaveLength(4);
  expect(outcomes.map((outcome) => outcome?.kind)).toEqual(['measured', 'measured', 'measured']);
});

test("a cell that answers reads the task's prompt, not made-up tokens", async () => {
  const plan = makeGrid({ flash: ['on'], answer: { taskId: 'HumanEval/0', newTokens: 20 } });
  const { engine } = await run(plan);
  const [, ...timed] = engine.benchmarks;
  expect(new Set(timed.map(({ prompt }) => prompt))).toEqual(new Set([PROMPT]));
});
