import { join } from 'node:path';
import type { BenchHeader, BenchReport, BenchResult } from '../records/bench.ts';
import type { Completion, EngineSessionRecord } from '../records/completion.ts';
import type { EarlyStop } from '../records/early-stop.ts';
import type { JudgedSample, JudgeHeader } from '../records/judge.ts';
import type { JudgeReport } from '../records/judge-report.ts';
import type { PerplexityHeader, Score } from '../records/perplexity.ts';
import type { PerplexityRunReport } from '../records/perplexity-report.ts';
import type { Report } from '../records/report.ts';
import type { RunHeader } from '../records/run-header.ts';
import type { SuitesHeader, SuitesReport } from '../records/suites.ts';
import type { Timing } from '../records/timing.ts';
import type { Incident, Verdict } from '../records/verdict.ts';
import { summarizeBench } from '../report/bench/summary.ts';
import { summarize as summarizeRun } from '../report/humaneval/summary.ts';
import { summarizeJudge } from '../report/judge/summary.ts';
import { summarizePerplexity } from '../report/perplexity/summary.ts';
import { suitesReport } from '../report/suites/runs.ts';
import { readBench } from '../store/bench-store.ts';
import { readJudge } from '../store/judge-store.ts';
import { KINDS } from '../store/kinds.ts';
import { findHeader, readHeader } from '../store/read-folder.ts';
import { readRun as readRecordsOfRun } from '../store/run-store.ts';
import { readScores } from '../store/score-store.ts';
import { guarded } from './guarded.ts';
import { folderOf } from './place.ts';

/**
 * What `evalkit humaneval` left: completions, their verdicts, and what was measured beside them.
 *
 * @public
 */
export interface HumanevalRun {
  readonly kind: 'humaneval';
  readonly header: RunHeader;
  readonly completions: readonly Completion[];
  readonly verdicts: readonly Verdict[];
  readonly sessions: readonly EngineSessionRecord[];
  /** Failures that are not the model's. */
  readonly incidents: readonly Incident[];
  readonly timings: readonly Timing[];
  /** Cells that a rule stopped early. */
  readonly stops?: readonly EarlyStop[];
  /** `missed`: asked for, and there was no text; absent or `none`: not asked for. */
  readonly perplexity?:
    | { readonly kind: 'none' }
    | { readonly kind: 'missed'; readonly reason: string }
    | {
        readonly kind: 'scored';
        readonly header: PerplexityHeader;
        readonly scores: readonly Score[];
      };
}

/**
 * What `evalkit judge` left.
 *
 * @public
 */
export interface JudgeRun {
  readonly kind: 'judge';
  readonly header: JudgeHeader;
  /** In the order of the file of samples. */
  readonly verdicts: readonly JudgedSample[];
  readonly incidents: readonly Incident[];
}

/**
 * What `evalkit bench` left.
 *
 * @public
 */
export interface BenchRun {
  readonly kind: 'bench';
  readonly header: BenchHeader;
  readonly results: readonly BenchResult[];
}

/**
 * What `evalkit perplexity` left.
 *
 * @public
 */
export interface PerplexityRun {
  readonly kind: 'perplexity';
  readonly header: PerplexityHeader;
  readonly scores: readonly Score[];
}

/**
 * What `evalkit humaneval` left of several suites.
 *
 * @public
 */
export interface SuitesRun {
  readonly kind: 'suites';
  readonly header: SuitesHeader;
  /** By the suite's name. */
  readonly runs: Readonly<Record<string, HumanevalRun>>;
}

/**
 * A run of any kind: its records as they lie in its folder.
 *
 * @public
 */
export type Run = HumanevalRun | SuitesRun | JudgeRun | BenchRun | PerplexityRun;

/**
 * Reads the records in a run's folder, of this and of earlier versions. Relative paths start from
 * the working directory. Throws an `EvalkitError` where the folder holds no run.
 *
 * @public
 */
export function readRun(folder: string): Run {
  return guarded(() => {
    const path = folderOf(folder);
    const { kind } = findHeader(path);
    switch (kind) {
      case 'humaneval':
        return { kind, ...readRecordsOfRun(path) };
      case 'suites': {
        const { header } = readHeader(path, KINDS.suites);
        const runs = header.plan.suites.map(({ name, folder: own }): [string, HumanevalRun] => [
          name,
          { kind: 'humaneval', ...readRecordsOfRun(join(path, own)) },
        ]);
        return { kind, header, runs: Object.fromEntries(runs) };
      }
      case 'judge':
        return { kind, ...readJudge(path) };
      case 'bench':
        return { kind, ...readBench(path) };
      case 'perplexity': {
        const { header, scores } = readScores(path);
        return { kind, header, scores };
      }
    }
  });
}

type Summary = Report | SuitesReport | JudgeReport | BenchReport | PerplexityRunReport;

/**
 * Sums a run up: what `evalkit report --json` prints and report.json holds. Reads nothing but the
 * records that it is given.
 *
 * @public
 */
export function summarize(run: HumanevalRun): Report;
/** @public */
export function summarize(run: SuitesRun): SuitesReport;
/** @public */
export function summarize(run: JudgeRun): JudgeReport;
/** @public */
export function summarize(run: BenchRun): BenchReport;
/** @public */
export function summarize(run: PerplexityRun): PerplexityRunReport;
/** @public */
export function summarize(run: Run): Summary;
export function summarize(run: Run): Summary {
  return guarded(() => {
    switch (run.kind) {
      case 'humaneval':
        return summarizeRun(run);
      case 'suites':
        return suitesReport(
          Object.entries(run.runs).map(([suite, of]) => [suite, summarizeRun(of)]),
        );
      case 'judge':
        return summarizeJudge(run);
      case 'bench':
        return summarizeBench(run.header, run.results);
      case 'perplexity':
        return summarizePerplexity({ ...run, kind: 'scored' });
    }
  });
}
