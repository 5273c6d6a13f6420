/*
 * evalkit as a library. What is exported here keeps to semantic versioning; nothing else of the
 * package can be imported. docs/library.md shows it in use.
 */

import './library/check-node.ts';

export {
  compare,
  type CompareOptions,
  gate,
  type GateOptions,
  type Limits,
} from './library/decisions.ts';
export { judge, type Judged, type JudgeOptions } from './library/judge.ts';
export {
  type BenchRun,
  type HumanevalRun,
  type JudgeRun,
  type PerplexityRun,
  readRun,
  type Run,
  type SuitesRun,
  summarize,
} from './library/runs.ts';
export { EvalkitError, type EvalkitErrorKind } from './records/error.ts';
export type { BenchHeader, BenchReport, BenchResult } from './records/bench.ts';
export type { CompareReport, Comparison } from './records/comparison.ts';
export type { Completion, EngineSessionRecord } from './records/completion.ts';
export type { GateCell, GateReport } from './records/gate.ts';
export type { GateVerdict } from './records/gate-verdict.ts';
export type { JudgedSample, JudgeHeader } from './records/judge.ts';
export type { JudgeReport } from './records/judge-report.ts';
export type { PerplexityHeader, Score } from './records/perplexity.ts';
export type { PerplexityRunReport } from './records/perplexity-report.ts';
export type { ProgressEvent } from './records/progress.ts';
export type { CellReport, Report } from './records/report.ts';
export type { RunHeader } from './records/run-header.ts';
export type { SuitesHeader, SuitesReport } from './records/suites.ts';
export type { Timing } from './records/timing.ts';
export type { Incident, Verdict } from './records/verdict.ts';
