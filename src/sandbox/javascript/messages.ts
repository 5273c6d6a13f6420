import { z } from 'zod';
import { failureCauseSchema } from '../../records/verdict.ts';
import type { Bait } from '../common/bait.ts';
import type { Instruction } from './seccomp.ts';

/* What evalkit and the process of a sample say to each other: a line of JSON each. */

/** The first line: what runs in the isolates, and how the process is to confine itself. */
export interface Terms {
  /** Bodies of functions that prepare the two isolates. */
  readonly sources: { readonly candidate: string; readonly checker: string; readonly md5: string };
  /** The user to become; absent: stay. */
  readonly user?: number | undefined;
  /** Whether limits are to be set, among them one on this user's threads. */
  readonly limits?: { readonly threads: boolean } | undefined;
  readonly noNewPrivileges: boolean;
  /** The filter of system calls, and the number of the call that installs it. */
  readonly filter?:
    | { readonly call: number; readonly instructions: readonly Instruction[] }
    | undefined;
  /** Whether a probe will be the job: what it needs is loaded before. */
  readonly willProbe: boolean;
  /** Heap of each isolate; the whole process may take twice that beyond what Node itself does. */
  readonly memoryBytes: number;
  readonly answerBytes: number;
}

/** The second line, and the last: what is to be judged. */
export interface SampleJob {
  readonly kind: 'sample';
  /** Goes before the prompt; of whole lines. */
  readonly head: string;
  readonly prompt: string;
  readonly completion: string;
  readonly entryPoint: string;
  /** Of what the test draws at random: 32 bits. */
  readonly seed: number;
  readonly test: { readonly kind: 'check' | 'program'; readonly source: string };
}

/**
 * In place of a sample: what the process is to try, as if a sample had taken it over; or the
 * question what runs there.
 */
export type Job =
  | SampleJob
  | { readonly kind: 'probe'; readonly bait: Bait }
  | { readonly kind: 'describe' };

export const reportSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('passed') }),
  z.object({
    kind: z.literal('failed'),
    cause: failureCauseSchema,
    detail: z.string(),
  }),
  /** The task fits no completion. */
  z.object({ kind: z.literal('unfit'), detail: z.string() }),
  z.object({ kind: z.literal('denials'), denied: z.record(z.string(), z.boolean()) }),
  z.object({
    kind: z.literal('description'),
    node: z.string(),
    v8: z.string(),
    /** Programs, libraries and addons that are loaded, on Linux; the program comes first. */
    files: z.array(z.string()),
  }),
]);
export type Report = z.infer<typeof reportSchema>;

/** With this exit code the process says that it had no memory left to say anything. */
export const OUT_OF_MEMORY_CODE = 97;
