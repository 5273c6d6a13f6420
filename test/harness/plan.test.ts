import { expect, test } from 'vitest';
import { makePlan, type PlanOptions } from '../../src/harness/plan.ts';
import { planHash } from '../../src/records/keys.ts';
import { measureParts } from '../../src/measures/index.ts';
import type { Decode } from '../../src/records/decode.ts';
import type { EngineSettings } from '../../src/records/plan.ts';
import { makeCell, TASKS } from '../fixtures/run.ts';
import { createScriptedSandbox } from '../fixtures/scripted-run.ts';

const { model, engine, settings } = makeCell();
const GREEDY: Decode = { mode: 'greedy' };
const SAMPLE: Decode = { mode: 'sample', temperature: 0.2, topP: 0.95, topK: 0, samples: 2 };

function optionsWith(changes: Partial<PlanOptions> = {}): PlanOptions {
  return {
    models: [model],
    decodesFor: () => [GREEDY],
    tasks: TASKS,
    totalTasks: 3,
    prompt: { mode: 'raw', instruction: undefined, system: undefined },
    maxTokens: undefined,
    seed: 0,
    engine,
    settings: [settings],
    sandbox: createScriptedSandbox().identity,
    parts: {},
    notRun: [],
    ...changes,
  };
}

function cached(cacheTypeK: string, cacheTypeV: string): EngineSettings {
  return { ...settings, cacheTypeK, cacheTypeV };
}

test('model × decoding mode × cache type are cells, and ids name only what varies', () => {
  const plan = makePlan(
    optionsWith({
      models: [model, { ...model, quantization: 'q4_0' }],
      decodesFor: () => [GREEDY, SAMPLE],
      settings: [cached('f16', 'f16'), cached('q8_0', 'f16')],
    }),
  );
  expect(plan.cells.map(({ id }) => id)).toEqual([
    'tiny:q8_0/greedy/k=f16',
    'tiny:q8_0/greedy/k=q8_0',
    'tiny:q8_0/sample/k=f16',
    'tiny:q8_0/sample/k=q8_0',
    'tiny:q4_0/greedy/k=f16',
    'tiny:q4_0/greedy/k=q8_0',
    'tiny:q4_0/sample/k=f16',
    'tiny:q4_0/sample/k=q8_0',
  ]);
  expect(makePlan(optionsWith({ settings: [cached('q8_0', 'q8_0')] })).cells[0]?.id).toBe(
    'tiny:q8_0/greedy',
  );
});

test('a seed changes what draws and nothing else', () => {
  const { cells } = makePlan(optionsWith({ decodesFor: () => [GREEDY, SAMPLE], seed: 7 }));
  expect(cells.map(({ seed }) => seed)).toEqual([0, 7]);
});

test('what is measured beside the answers is no part of the run’s identity', () => {
  const plain = makePlan(optionsWith());
  const parts = measureParts(
    {
      decode: ['sample'],
      k: [1, 2],
      latency: true,
      latencyTasks: 2,
      latencyRepeats: 3,
      field: 'text',
      rows: 1,
      offline: true,
      kl: false,
    },
    ['Test/0', 'Test/1', 'Test/2'],
  );
  const timed = makePlan(optionsWith({ parts }));
  expect(timed.k).toEqual([1, 2]);
  expect(timed.latency).toEqual({ taskIds: ['Test/0', 'Test/1'], repeats: 3, maxTokens: 128 });
  expect(planHash(timed)).toBe(planHash(plain));
  expect(planHash(makePlan(optionsWith({ maxTokens: 9 })))).not.toBe(planHash(plain));
});
