import { existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { findCell, splitRunName } from '../cell-name.ts';
import { refuseSuites, suiteRuns } from '../suite-runs.ts';
import { evidenceOfBaseline } from '../../gate/baseline-evidence.ts';
import { evidenceOfSamples, type JudgedSamples } from '../../compare/judge-evidence.ts';
import { onMetric } from '../../compare/metric.ts';
import { about } from '../../options/message.ts';
import {
  type CellEvidence,
  comparableCells,
  evidenceOfRun,
  type SummarizedRun,
} from '../../compare/evidence.ts';
import { limitProblem } from '../../limits/index.ts';
import { referenceCell } from '../../modes/reference-cell.ts';
import { type Baseline, baselineSchema } from '../../records/baseline.ts';
import { type SuitesBaseline, suitesBaselineSchema } from '../../records/suites.ts';
import { usageError } from '../../records/error.ts';
import { fileText } from '../../records/file-text.ts';
import type { CellPlan } from '../../records/plan.ts';
import { visibleText } from '../../records/visible-text.ts';
import type { JudgeReport } from '../../records/judge-report.ts';
import { refuseShard } from '../shard.ts';
import { summarize } from '../../report/humaneval/summary.ts';
import { summarizeJudge } from '../../report/judge/summary.ts';
import { readJudge } from '../../store/judge-store.ts';
import { type RunKind, wordsOf } from '../../store/kinds.ts';
import { findHeader } from '../../store/read-folder.ts';
import { readRun } from '../../store/run-store.ts';
import { upgradeBaseline } from '../../store/upgrade.ts';

/** From where names are read, and which part of the tests counts; absent: the headline. */
export interface Reading {
  readonly cwd: string;
  readonly metric?: string | undefined;
}

/** A reference with the limits that its file keeps, if it is a file. */
export interface LoadedReference {
  readonly evidence: CellEvidence;
  readonly baseline: Baseline | undefined;
  /** Where it is a run's cell: read and summed up once, for whoever asks for its other cells. */
  readonly run: OpenRun | undefined;
}

/** A run that was read, and the one cell that was named of it. */
type OpenCells = SummarizedRun & { readonly kind: 'cells'; readonly cell: CellPlan | undefined };

/** Judged samples that were read. */
interface OpenSamples extends JudgedSamples {
  readonly kind: 'samples';
  readonly report: JudgeReport;
}

export type OpenRun = OpenCells | OpenSamples;

/** Reads `RUN`, `RUN#cell` or a baseline file: of a run without a cell, its reference cell. */
export function loadReference(text: string, { cwd, metric }: Reading): LoadedReference {
  const path = resolve(cwd, text);
  if (existsSync(path) && statSync(path).isFile()) {
    const read = readBaseline(path, text);
    if (read.kind === 'evalkit-baselines') {
      const names = Object.keys(read.suites).join(', ');
      throw usageError(
        `${text} is a baseline of several suites (${names}), for runs of the same suites; write one of a single suite: evalkit baseline write RUN/SUITE`,
      );
    }
    return referenceOfFile(read, text, metric);
  }
  return referenceOfRun(text, { cwd, metric });
}

/**
 * What each suite of a run is held against, by the suite's name. Throws a usage error where one is
 * missing, and for a reference of a single suite.
 */
export function loadReferences(
  text: string,
  suites: readonly string[],
  { cwd, metric }: Reading,
): ReadonlyMap<string, LoadedReference> {
  const path = resolve(cwd, text);
  const isFile = existsSync(path) && statSync(path).isFile();
  const read = isFile ? readBaseline(path, text) : undefined;
  const found = read === undefined ? suiteRuns(text, cwd) : undefined;
  if (read?.kind === 'evalkit-baseline' || (read === undefined && found === undefined)) {
    throw usageError(
      `${text} holds one suite, and the run ${suites.length} (${suites.join(', ')}); name a run or a baseline of those, or one suite of the run, as RUN/${suites[0]}`,
    );
  }
  return new Map(
    suites.map((suite) => {
      const file = read?.suites[suite];
      const run = found?.find(({ name }) => name === suite);
      if (file === undefined && run === undefined) {
        throw usageError(
          `${text} has no suite ${suite}; its suites are ${Object.keys(read?.suites ?? {}).join(', ') || found?.map(({ name }) => name).join(', ')}`,
        );
      }
      return [
        suite,
        file === undefined
          ? referenceOfRun(run?.run ?? text, { cwd, metric })
          : referenceOfFile(file, `${text} (${suite})`, metric),
      ];
    }),
  );
}

function referenceOfFile(
  baseline: Baseline,
  text: string,
  metric: string | undefined,
): LoadedReference {
  if (metric !== undefined && metric !== baseline.metric) {
    const held = baseline.metric === undefined ? 'whole tests' : baseline.metric;
    throw usageError(
      about`${{ name: 'metric' }} ${metric}: ${text} has pass rates on ${held}; leave it out, or write the file anew: evalkit baseline write RUN --metric ${metric}`,
    );
  }
  return { evidence: evidenceOfBaseline(baseline, text), baseline, run: undefined };
}

function referenceOfRun(text: string, reading: Reading): LoadedReference {
  const run = openRun(text, reading);
  if (run.kind === 'samples') {
    return { evidence: evidenceOfSamples(run), baseline: undefined, run };
  }
  const chosen = run.cell ?? referenceCell(comparableCells(run.records.header.plan));
  return { evidence: evidenceOfRun(run, chosen), baseline: undefined, run };
}

/** The cell that was named of a run; else all of them but noise-floor ones. */
export function candidatesIn(run: OpenRun): CellEvidence[] {
  if (run.kind === 'samples') {
    return [evidenceOfSamples(run)];
  }
  const { records, cell } = run;
  const cells = cell === undefined ? comparableCells(records.header.plan) : [cell];
  return cells.map((each) => evidenceOfRun(run, each));
}

/** A run with all its cells, whichever was named. */
export function wholeRun(run: OpenRun): OpenRun {
  return run.kind === 'samples' ? run : { ...run, cell: undefined };
}

/** What a run without verdicts has instead, and where its figures can be seen. */
const NO_VERDICTS: Readonly<Partial<Record<RunKind, string>>> = {
  bench:
    'times and no verdicts: evalkit compare holds its cells against one another, and evalkit report shows them all; a gate on times is one on a run: evalkit humaneval, then evalkit gate --max-tpot-ratio',
  perplexity:
    'scores and no verdicts: evalkit compare holds its models against their reference, and evalkit gate --max-kl decides on them, each with this folder alone',
};

/** Reads what `RUN` or `RUN#cell` names. Throws a usage error for a run without verdicts. */
export function openRun(text: string, { cwd, metric }: Reading): OpenRun {
  const { run: name, cell: asked } = splitRunName(text, cwd);
  const folder = resolve(cwd, name);
  const { kind } = findHeader(folder);
  refuseSuites(name, cwd);
  const missing = NO_VERDICTS[kind];
  if (missing !== undefined) {
    throw usageError(`${name} holds ${wordsOf(kind)}, which has ${missing}`);
  }
  if (kind === 'judge') {
    if (asked !== undefined) {
      throw usageError(`${name} holds ${wordsOf(kind)}, which has no cells; leave #${asked} out`);
    }
    const read = readJudge(folder);
    refuseShard(name, read.header);
    const tests = { name, title: read.header.plan.dataset.name, parts: undefined };
    const on = onMetric(read, tests, metric);
    return { kind: 'samples', name, ...on, report: summarizeJudge(on.records) };
  }
  const run = summarizedRun(folder, name, metric);
  const { cells } = run.records.header.plan;
  if (asked === undefined) {
    return { kind: 'cells', ...run, cell: undefined };
  }
  const id = findCell(
    name,
    cells.map((each) => each.id),
    asked,
  );
  return { kind: 'cells', ...run, cell: cells.find((each) => each.id === id) };
}

function summarizedRun(folder: string, name: string, asked: string | undefined): SummarizedRun {
  const read = readRun(folder);
  refuseShard(name, read.header);
  const { dataset } = read.header.plan;
  const tests = { name, title: dataset.name, parts: dataset.parts };
  const { records, metric } = onMetric(read, tests, asked);
  return { name, records, report: summarize(records), metric };
}

function readBaseline(path: string, text: string): Baseline | SuitesBaseline {
  const { data, error } = z
    .discriminatedUnion('kind', [baselineSchema, suitesBaselineSchema])
    .safeParse(upgradeBaseline(readJson(path)));
  // A limit of another version would be left out in silence.
  const all = data?.kind === 'evalkit-baseline' ? [data] : Object.values(data?.suites ?? {});
  if (data !== undefined && all.every(({ limits }) => limitProblem(limits) === undefined)) {
    return data;
  }
  const damage = error?.issues.find(({ code }) => code === 'custom');
  throw usageError(
    damage === undefined
      ? `${text} is not a baseline that this version of evalkit can read; write one with evalkit baseline write`
      : `${text} is damaged: ${visibleText(damage.message)}; write it again with evalkit baseline write`,
    error,
  );
}

/** `undefined` for what is not JSON. */
function readJson(path: string): unknown {
  try {
    return JSON.parse(fileText(readFileSync(path)));
  } catch {
    return undefined;
  }
}
