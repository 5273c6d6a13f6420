import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunHeader } from '../../src/records/run-header.ts';
import { shardOfTask } from '../../src/records/shard.ts';
import { KINDS } from '../../src/store/kinds.ts';
import { readParts } from '../../src/store/merge/headers.ts';
import { prepareRunMerge } from '../../src/store/merge/merge-run.ts';
import { readRun, type RunRecords } from '../../src/store/run-store.ts';
import {
  makeCell,
  makeCompletion,
  makeHeader,
  makePlan,
  makeSession,
  makeVerdict,
  TASKS,
} from '../fixtures/run.ts';
import { storeRun } from '../fixtures/stored-run.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const CELL = makeCell();

/** How many shards there are: each has one task at least. */
const OF = 2;

/** What a shard of the three tasks holds when it is done. */
function shard(index: number, changes: Partial<RunRecords> = {}): RunRecords {
  const own = TASKS.filter(({ taskId }) => shardOfTask(taskId, OF) === index);
  return {
    header: { ...makeHeader(), shard: { index, of: OF } },
    completions: own.map((task) => makeCompletion(CELL, task)),
    verdicts: own.map((task) => makeVerdict(CELL, task, { kind: 'passed' })),
    sessions: [{ ...makeSession(CELL), session: 0, completions: own.length }],
    incidents: [],
    timings: [],
    ...changes,
  };
}

/** Merges records that lie in folders `a`, `b` and so on; what comes of it is read again. */
function merge(all: readonly RunRecords[], latency = true) {
  const root = temporaryFolder();
  const sources = all.map((records, index) => {
    const name = String.fromCharCode('a'.charCodeAt(0) + index);
    const folder = join(root, name);
    storeRun(folder, records);
    return { name, folder };
  });
  const parts = readParts(KINDS.humaneval, sources);
  const merged = prepareRunMerge({ parts, cells: [CELL], latency });
  const out = join(root, 'out');
  mkdirSync(out);
  merged.write(out);
  return { ...merged, out, records: readRun(out) };
}

function withHeader(records: RunRecords, changes: Partial<RunHeader>): RunRecords {
  return { ...records, header: { ...records.header, ...changes } };
}

describe('shards that make up a run', () => {
  test('become it, in the order of the plan, whatever order they are named in', () => {
    const { records, missing, out } = merge([shard(2), shard(1)]);
    expect(missing).toEqual([]);
    expect(records.header).not.toHaveProperty('shard');
    expect(records.header.merged).toMatchObject([{ shard: { index: 1 } }, { shard: { index: 2 } }]);
    expect(records.completions).toEqual(TASKS.map((task) => makeCompletion(CELL, task)));
    expect(records.verdicts.map(({ taskId }) => taskId)).toEqual(TASKS.map((task) => task.taskId));
    const lines = readFileSync(join(out, 'completions.jsonl'), 'utf8').split('\n');
    expect(lines[0]).toBe(JSON.stringify(makeCompletion(CELL, TASKS[0] ?? never())));
  });

  test('keep their sessions apart, each with its shard and a number of its own', () => {
    const { records } = merge([shard(1), shard(2)]);
    expect(records.sessions.map((one) => [one.session, one.shard])).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });

  test('count once where a folder and a later copy of it are both named', () => {
    const early = shard(1, { completions: [], verdicts: [] });
    const open = {
      ...makeSession(CELL),
      session: 0,
      completions: 0,
      wallMs: 0,
      isOpen: true,
    } as const;
    const { records, missing } = merge([{ ...early, sessions: [open] }, shard(1), shard(2)]);
    expect(missing).toEqual([]);
    expect(records.completions).toHaveLength(TASKS.length);
    expect(records.sessions.map((one) => one.isOpen)).toEqual([undefined, undefined]);
  });

  test('leave a torn last line out, which is then missing', () => {
    const whole = shard(1);
    const torn = { ...whole, completions: whole.completions.slice(1) };
    const { missing } = merge([torn, shard(2)]);
    expect(missing).toMatchObject([{ index: 1, isAbsent: false }]);
    expect(missing[0]?.counts.get('completion')?.count).toBe(1);
  });
});

test('what is missing is named by shard: of absent ones, and of those that are not done', () => {
  const [first] = merge([shard(2, { verdicts: [] })]).missing;
  expect(first).toMatchObject({ index: 1, of: OF, isAbsent: true });
  const { missing } = merge([shard(2, { verdicts: [] }), shard(1)]);
  expect(missing).toHaveLength(1);
  expect(missing[0]?.counts.get('verdict')).toMatchObject({
    count: shard(2).completions.length,
    first: expect.stringContaining(`of ${CELL.id}`),
  });
});

describe('folders that are not parts of one run are refused', () => {
  const [other] = shard(1).completions;

  test.each([
    [
      'another plan',
      () => [
        shard(1),
        withHeader(shard(2), makeHeader(makePlan({ cells: [makeCell({ maxTokens: 7 })] }))),
      ],
      'a and b are not parts of one run: cells.0.maxTokens is 64 in a, 7 in b',
    ],
    [
      'other measures',
      () => [shard(1), withHeader(shard(2), { plan: { ...makePlan(), k: [1, 10] } })],
      'k is absent in a, [1,10] in b',
    ],
    [
      'another splitting',
      () => [shard(1), withHeader(shard(2), { shard: { index: 2, of: 3 } })],
      'a is shard 1/2 and b is shard 2/3; merge shards of one splitting',
    ],
    [
      'a task of another shard',
      () => [shard(1), { ...shard(2), completions: [...shard(2).completions, other ?? never()] }],
      'completion 0 of',
    ],
    [
      'a cell that the plan does not know',
      () => [{ ...shard(1), completions: [{ ...(other ?? never()), cell: 'other/greedy' }] }],
      'which its plan does not ask for',
    ],
    [
      'another key of one completion',
      () => [
        shard(1),
        { ...shard(1), completions: [{ ...(other ?? never()), key: 'f'.repeat(64) }] },
      ],
      'under different keys in completions.jsonl',
    ],
    [
      'another text under one key',
      () => [
        shard(1),
        { ...shard(1), completions: [{ ...(other ?? never()), text: '    return 7\n' }] },
      ],
      'and not the same; leave one of the two folders out',
    ],
    [
      'another verdict on one completion',
      () => [
        shard(1),
        {
          ...shard(1),
          verdicts: shard(1).verdicts.map((verdict) => ({
            ...verdict,
            outcome: { kind: 'failed', cause: 'timeout', detail: '' } as const,
          })),
        },
      ],
      'in verdicts.jsonl, and not the same',
    ],
    [
      'a cell that was stopped by rule',
      () => [
        {
          ...shard(1),
          stops: [
            {
              version: 1 as const,
              cell: CELL.id,
              verdict: 'fail' as const,
              judged: 1,
              tasks: 3,
              savedTokens: 0,
              limits: { maxDrop: 0.05, confidence: 0.95 },
              baseline: { name: 'x', recordsSha256: 'a'.repeat(64) },
            },
          ],
        },
      ],
      'was stopped by rule (--sequential)',
    ],
  ])('%s', (_, records, words) => {
    expect(() => merge(records())).toThrow(words);
  });

  test('timings of other hardware, unless they are left out', () => {
    const plan = makePlan({
      latency: { taskIds: [TASKS[0]?.taskId ?? ''], repeats: 1, maxTokens: 8 },
    });
    const timed = (index: number, cores: number): RunRecords => {
      const base = shard(index);
      const session = { ...makeSession(CELL), session: 1, pass: 'latency' } as const;
      const { fingerprint } = base.header;
      return {
        ...withHeader(base, { plan, fingerprint: { ...fingerprint, cores } }),
        sessions: [...base.sessions, session],
      };
    };
    expect(() => merge([timed(1, 2), timed(2, 4)])).toThrow(
      'a and b were timed on different hardware: cores is 2 and 4; leave their timings out with --no-latency',
    );
    const { records } = merge([timed(1, 2), timed(2, 4)], false);
    expect(records.header.plan.latency).toBeUndefined();
    expect(records.sessions.every(({ pass }) => pass === 'quality')).toBe(true);
  });
});

function never(): never {
  throw new Error('the fixture has no such record');
}
