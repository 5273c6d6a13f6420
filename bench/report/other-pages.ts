import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BIN } from '../../test/fixtures/cli.ts';
import { makeBenchHeader, makeGrid, makeResults, measured } from '../../test/fixtures/bench.ts';
import { bigRun } from '../../test/fixtures/big-run.ts';
import {
  makeScoreHeader,
  makeScorePlan,
  makeScores,
  makeSubject,
} from '../../test/fixtures/score-run.ts';
import { storeRun, storeSuites } from '../../test/fixtures/stored-run.ts';
import { KINDS } from '../../src/store/kinds.ts';
import { HEADER_FILE } from '../../src/store/read-folder.ts';
import type { RunRecords } from '../../src/store/run-store.ts';

/** Exit codes of a gate that decided. */
const DECIDED = [0, 1, 4];

/** A page of every other kind, made by the real command from runs that lie under a folder: their names. */
export async function otherPages(out: string): Promise<string[]> {
  const at = (name: string): string => join(out, name);
  for (const [name, startedAt] of [
    ['monday', '2026-01-05T03:04:05.000Z'],
    ['tuesday', '2026-01-06T03:04:05.000Z'],
    ['friday', '2026-01-09T03:04:05.000Z'],
  ] as const) {
    storeRun(at(name), begunAt(bigRun({ cells: 4, tasks: 164 }), startedAt));
  }
  storeSuites(at('suites'), { humaneval: 164, 'mbpp-plus': 378 });
  storeGrid(at('grid'));
  storeScores(at('scores'));
  const pages: [name: string, words: string[]][] = [
    ['gate', ['gate', at('monday'), '--max-drop', '3pp']],
    ['compare', ['compare', at('monday')]],
    ['several', ['report', at('monday'), at('tuesday'), at('friday')]],
    ['suites', ['report', at('suites')]],
    ['suites-gate', ['gate', at('suites')]],
    ['bench', ['report', at('grid')]],
    ['perplexity', ['report', at('scores')]],
  ];
  for (const [name, words] of pages) {
    await run([...words, '--format', 'html', '--output', at(`${name}.html`)]);
  }
  return pages.map(([name]) => name);
}

async function run(words: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, [BIN, ...words]);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && DECIDED.includes(Number(error.code)))) {
      throw error;
    }
  }
}

function begunAt(records: RunRecords, startedAt: string): RunRecords {
  return { ...records, header: { ...records.header, startedAt } };
}

/** A grid of which one cell ran out of memory and one was refused. */
function storeGrid(folder: string): void {
  const plan = makeGrid({ batch: [1, 4, 16], ctxSize: [512, 2048, 8192] });
  mkdirSync(folder, { recursive: true });
  writeJson(join(folder, HEADER_FILE), makeBenchHeader(plan));
  const outcomes = plan.cells.map((_, index) =>
    index % 9 === 8
      ? ({ kind: 'oom', detail: 'was killed for memory' } as const)
      : index === 7
        ? ({ kind: 'refused', detail: 'the cache does not fit' } as const)
        : measured(
            ...[1, 1.1, 0.9, 1].map((value) => value * (1 + (index % 9)) * (index < 9 ? 1 : 1.3)),
          ),
  );
  writeLines(join(folder, KINDS.bench.files.cells.file), makeResults(plan, outcomes));
}

function storeScores(folder: string): void {
  const [base, small, tiny] = ['f16', 'q8_0', 'q2_k'].map(makeSubject);
  const subjects = [base, small, tiny].filter((subject) => subject !== undefined);
  const plan = makeScorePlan({ subjects, kl: true });
  mkdirSync(folder, { recursive: true });
  writeJson(join(folder, HEADER_FILE), makeScoreHeader(plan));
  const scores = makeScores(plan, {
    'tiny:f16': { nlls: [1, 1.2] },
    'tiny:q8_0': { nlls: [1.01, 1.22], kl: 0.004 },
    'tiny:q2_k': { nlls: [1.2, 1.5], kl: 0.21 },
  });
  writeLines(join(folder, KINDS.perplexity.files.scores.file), scores);
}

function writeJson(path: string, value: object): void {
  writeFileSync(path, JSON.stringify(value));
}

function writeLines(path: string, records: readonly object[]): void {
  writeFileSync(path, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
}
