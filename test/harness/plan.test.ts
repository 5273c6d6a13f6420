import { expect, test } from 'vitest';
import { CAPABILITIES, type Capability } from '../../src/engines/capabilities.ts';
import { llamaCpp } from '../../src/engines/llama-cpp/definition.ts';
import { llamaCppIdentity } from '../../src/engines/llama-cpp/identity.ts';
import { type CellEngine, makePlan, type PlanOptions } from '../../src/harness/plan.ts';
import { sha256Text } from '../../src/records/hash.ts';
import { completionKey, planHash } from '../../src/records/keys.ts';
import { measureParts } from '../../src/measures/index.ts';
import type { Decode } from '../../src/records/decode.ts';
import { DEFAULT_SUITE } from '../../src/suites/index.ts';
import { makeCell, TASKS } from '../fixtures/run.ts';
import { createScriptedSandbox } from '../fixtures/scripted-run.ts';

const { model } = makeCell();
const GREEDY: Decode = { mode: 'greedy' };
const SAMPLE: Decode = { mode: 'sample', temperature: 0.2, topP: 0.95, topK: 0, samples: 2 };

function optionsWith(changes: Partial<PlanOptions> = {}): PlanOptions {
  return {
    models: [model],
    decodesFor: () => [GREEDY],
    tasks: TASKS,
    set: { suite: DEFAULT_SUITE, sha256: sha256Text('data'), tasks: TASKS, proof: 'none' },
    prompt: { mode: 'raw', instruction: undefined, system: undefined },
    maxTokens: undefined,
    seed: 0,
    parallel: 1,
    engineFor: () => engineWith({}),
    sandbox: createScriptedSandbox().identity,
    parts: {},
    notRun: [],
    ...changes,
  };
}

function engineWith(options: object, capabilities = llamaCpp.capabilities): CellEngine {
  const { name, settings } = llamaCpp;
  return {
    name,
    capabilities,
    identityOf: () => llamaCppIdentity(),
    settings: settings('completions', { ...options }),
  };
}

function lacking(...missing: readonly Capability[]): ReadonlySet<Capability> {
  return new Set(CAPABILITIES.filter((capability) => !missing.includes(capability)));
}

test('what an engine cannot do is a row that is not run, or a figure that a cell lacks', () => {
  const lookup: Decode = { mode: 'lookup', maxDraft: 8, ngramMin: 2, ngramMax: 4 };
  const plan = makePlan(
    optionsWith({
      decodesFor: () => [GREEDY, lookup],
      engineFor: () => engineWith({}, lacking('drafts', 'timing')),
    }),
  );
  expect(plan.cells.map(({ id }) => id)).toEqual(['tiny:q8_0/greedy']);
  expect(plan.notRun).toEqual([
    { id: 'tiny:q8_0/lookup', reason: 'the engine llama-cpp takes no drafts' },
  ]);
  expect(plan.cells[0]?.notRun).toEqual({
    latency: 'the engine llama-cpp does not time single completions',
  });
  const none = { decodesFor: () => [lookup], engineFor: () => engineWith({}, lacking('drafts')) };
  expect(() => makePlan(optionsWith(none))).toThrow(/takes no drafts; choose another --decode/);
});

test('what an engine draws itself says by which noise, and samples of other noise have other keys', () => {
  const [served, drawn] = [undefined, true as const].map((sharesDraws) => {
    const engine = { ...engineWith({}), ...(sharesDraws === undefined ? {} : { sharesDraws }) };
    const plan = makePlan(
      optionsWith({ decodesFor: () => [GREEDY, SAMPLE], engineFor: () => engine }),
    );
    return plan.cells;
  });
  expect(served?.map(({ decode }) => decode)).toEqual([GREEDY, SAMPLE]);
  expect(drawn?.map(({ decode }) => decode)).toEqual([
    GREEDY,
    { ...SAMPLE, noise: 'threefry-gumbel-1' },
  ]);
  const keys = [served, drawn].map((cells) =>
    cells?.map((cell) => completionKey(cell, TASKS[0] ?? fail(), 0)),
  );
  expect(keys[0]?.[0]).toBe(keys[1]?.[0]);
  expect(keys[0]?.[1]).not.toBe(keys[1]?.[1]);
});

function fail(): never {
  throw new Error('no task');
}

test('model × decoding mode × cache type are cells, and ids name only what varies', () => {
  const plan = makePlan(
    optionsWith({
      models: [model, { ...model, quantization: 'q4_0' }],
      decodesFor: () => [GREEDY, SAMPLE],
      engineFor: () => engineWith({ cacheTypeK: ['f16', 'q8_0'] }),
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
  expect(
    makePlan(optionsWith({ engineFor: () => engineWith({ cacheTypeK: 'q8_0' }) })).cells[0]?.id,
  ).toBe('tiny:q8_0/greedy');
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
