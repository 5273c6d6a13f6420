import { judgeOptions } from '../app/judge/options.ts';
import { runJudge } from '../app/judge/run.ts';
import { parseOptions } from '../options/parse.ts';
import type { JudgedSample } from '../records/judge.ts';
import type { JudgeReport } from '../records/judge-report.ts';
import type { ProgressEvent } from '../records/progress.ts';
import { guardedAsync } from './guarded.ts';
import { hostOf } from './host.ts';

/**
 * What is judged, and how; the options of `evalkit judge` by the same names.
 *
 * @public
 */
export interface JudgeOptions {
  /** A .jsonl or .jsonl.gz file with `task_id` and `completion` on each line. */
  readonly samples: string;
  /** Where a line of results for each sample goes; absent: beside the samples. */
  readonly out?: string;
  /** The folder that the verdicts are kept in; absent: one in results/. */
  readonly run?: string;
  /** Judge again what has a verdict. */
  readonly fresh?: boolean;
  /** Which pass@k. */
  readonly k?: readonly number[];
  readonly suite?: string;
  /** The tasks: the suite's file or another set in its format. */
  readonly data?: string;
  /** Take the code out of answers in chat form, as `humaneval` does. */
  readonly extract?: boolean;
  /** Leave out tasks of another set that cannot be judged. */
  readonly skipUnsupported?: boolean;
  /** How samples are confined. */
  readonly sandbox?: 'auto' | 'l3' | 'l2' | 'unsafe';
  /** Samples judged at once. */
  readonly workers?: number;
  /** Seconds of wall time a sample. */
  readonly timeout?: number;
  /** Use only what is on this machine. */
  readonly offline?: boolean;
  /** Interrupts the work; what was judged is kept, and the same call resumes. */
  readonly signal?: AbortSignal;
  /** Takes progress and warnings, which are shown nowhere else. */
  readonly onProgress?: (event: ProgressEvent) => void;
}

/**
 * What was judged.
 *
 * @public
 */
export interface Judged {
  /** What `evalkit judge --json` prints. */
  readonly report: JudgeReport;
  /** In the order of the file. */
  readonly verdicts: readonly JudgedSample[];
}

/**
 * Judges a file of samples in the sandbox, as `evalkit judge` does: what it writes is the same. Needs
 * Python; reads no config file. Throws an `EvalkitError` for samples that cannot be judged.
 *
 * @public
 */
export function judge({ signal, onProgress, ...options }: JudgeOptions): Promise<Judged> {
  return guardedAsync(async () => {
    const { report, verdicts } = await runJudge(
      parseOptions(judgeOptions, typed(options)),
      await hostOf(signal, onProgress),
    );
    return { report, verdicts: verdicts() };
  });
}

/** The options' own checks read values as they are typed on a command line. */
function typed(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name,
      typeof value === 'number' || Array.isArray(value) ? String(value) : value,
    ]),
  );
}
