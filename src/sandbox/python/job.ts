import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { InputsTest, Task } from '../../records/task.ts';
import { PATIENCE } from '../common/clock.ts';
import type { Sample } from '../grader.ts';

/** What a reference solution gave for the inputs of its task. */
export const expectedSchema = z.object({
  /** By part, each call with its value, in the form that checkers read. */
  values: z.record(z.string(), z.base64()),
  /** The longest that the reference solution took for one input. */
  slowestMs: z.int().nonnegative(),
});
export type Expected = z.infer<typeof expectedSchema>;

/** A sample as a worker's processes take it. */
export interface SampleJob {
  readonly prompt: string;
  readonly completion: string;
  readonly head?: string;
  readonly entryPoint: string;
  /** Where `random` starts in the checker; the candidate never receives it. */
  readonly seed: string;
  readonly test: SourceTest | InputsJob;
}

/** Source that defines `check(candidate)`, or a whole program that uses the entry point. */
interface SourceTest {
  readonly kind: 'check' | 'program';
  readonly source: string;
}

/** How answers are compared; by part, the calls and what the reference solution gave for them. */
interface InputsJob extends Pick<InputsTest, 'kind' | 'atol' | 'comparison'> {
  readonly expected: Readonly<Record<string, string>>;
  /** What one call may take. */
  readonly callSeconds: number;
}

/** A reference solution to be run on a task's inputs. */
export interface ReferenceJob extends Omit<InputsTest, 'kind' | 'atol'> {
  readonly entryPoint: string;
}

/** Texts whose statements are to be named. */
interface OutlineJob {
  readonly texts: readonly string[];
}

/** What a worker is given to do, and what it may take. */
export interface Job {
  readonly body: SampleJob | ReferenceJob | OutlineJob;
  readonly terms: {
    /** Wall time, less what others took of the processor while the sample was ready to run. */
    readonly timeoutMs: number;
    /** Wall time after which a sample that others kept from running is given up. */
    readonly longestMs: number;
    /** The longest report of the process that does it. */
    readonly reportBytes: number;
    /** Whether its checker may judge others, before and after. */
    readonly keepsChecker: boolean;
  };
}

/** What a verdict or a fault may take to say. */
const REPORT_BYTES = 64 * 1024;

/** Values of a reference solution; those of HumanEval+ take at most 11 MB. */
const EXPECTED_BYTES = 64 * 1024 ** 2;

/** Outlines of the texts of one completion. */
const OUTLINE_BYTES = 16 * 1024 ** 2;

/** A test by inputs makes up to a thousand calls: the limit is each call's, and this often the sample's. */
const CALLS_WORTH = 20;

/** Of samples that come without: drawn anew in each process. */
const UNRECORDED_SEED = randomBytes(16).toString('hex');

/** How much slower than the reference solution a completion may be, as in EvalPlus. */
const SLOWER = 4;

/** A test that is source. */
export function sourceJob(body: SampleJob, timeoutMs: number): Job {
  return { body, terms: termsOf(timeoutMs, REPORT_BYTES) };
}

/** Texts whose statements are to be named. */
export function outlineJob(texts: readonly string[], timeoutMs: number): Job {
  return { body: { texts }, terms: termsOf(timeoutMs, OUTLINE_BYTES) };
}

/** What a worker is given for a sample; `expected` where its test is by inputs. */
export function jobOf(sample: Sample, timeoutMs: number, expected: Expected | undefined): Job {
  const { task, completion, head, seed = UNRECORDED_SEED, isTestPinned = false } = sample;
  const { prompt, entryPoint, test } = task;
  const program = { prompt, completion, entryPoint, seed, ...(head === undefined ? {} : { head }) };
  if (test.kind !== 'inputs') {
    const { body, terms } = sourceJob({ ...program, test }, timeoutMs);
    return { body, terms: { ...terms, keepsChecker: isTestPinned && test.kind === 'check' } };
  }
  if (expected === undefined) {
    throw new TypeError(`${task.taskId}: no expected values`);
  }
  const { kind, atol, comparison } = test;
  const callMs = Math.max(timeoutMs, SLOWER * expected.slowestMs);
  return {
    body: {
      ...program,
      test: {
        kind,
        atol,
        comparison,
        expected: expected.values,
        callSeconds: callMs / 1_000,
      },
    },
    terms: { ...termsOf(longestMs(timeoutMs), REPORT_BYTES), keepsChecker: isTestPinned },
  };
}

/** What a worker is given to find a task's expected values; `undefined`: it needs none. */
export function referenceJobOf({ test, entryPoint }: Task, timeoutMs: number): Job | undefined {
  if (test.kind !== 'inputs') {
    return undefined;
  }
  const { kind: _kind, atol: _atol, ...given } = test;
  return {
    body: { ...given, entryPoint },
    terms: termsOf(longestMs(timeoutMs), EXPECTED_BYTES),
  };
}

function termsOf(timeoutMs: number, reportBytes: number): Job['terms'] {
  return { timeoutMs, longestMs: PATIENCE * timeoutMs, reportBytes, keepsChecker: false };
}

/** The longest that a sample may take whose test is by inputs. */
export function longestMs(timeoutMs: number): number {
  return CALLS_WORTH * timeoutMs;
}
