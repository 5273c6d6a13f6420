import { z } from 'zod';
import { sha256Schema } from './model.ts';

/**
 * Why a completion failed.
 *
 * - `assertion`: the test says no; `exception`: the completion or the test raised.
 * - `timeout`, `memory`: over the limit; `signal`: a crash.
 * - `protocol`: it left, or spoke out of turn, instead of answering.
 * - `answer-too-large`: beyond the bounds on an answer; `opaque-answer`: no plain data.
 * - `no-code`: the model's text holds none.
 * - `killed-its-worker`: it took the sandbox's worker down twice, where others passed.
 */
export const failureCauseSchema = z.enum([
  'assertion',
  'exception',
  'timeout',
  'memory',
  'signal',
  'protocol',
  'answer-too-large',
  'opaque-answer',
  'no-code',
  'killed-its-worker',
]);

/** What the tests say of a completion. It is about the model, never about us. */
export const outcomeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('passed') }),
  z.object({
    kind: z.literal('failed'),
    cause: failureCauseSchema,
    detail: z.string(),
    /** A package that it imports and that samples may not import; the import is what failed. */
    missingPackage: z.string().optional(),
  }),
]);
export type Outcome = z.infer<typeof outcomeSchema>;

/** One judged completion; written once, never changed. */
export const verdictSchema = z.object({
  version: z.literal(1),
  key: sha256Schema,
  completionKey: sha256Schema,
  cell: z.string(),
  taskId: z.string(),
  sample: z.int().nonnegative(),
  /** What was appended to the task's prompt; `undefined` where the completion holds no code. */
  code: z.string().optional(),
  /** What of the completion was put before the prompt: what stands at the top or nowhere. */
  head: z.string().optional(),
  outcome: outcomeSchema,
  /** By part of the test, where it has several; `outcome` is the headline's. */
  parts: z.record(z.string(), outcomeSchema).optional(),
  /** Milliseconds that judging took; absent where nothing was run, and in older records. */
  judgingMs: z.int().nonnegative().optional(),
});
export type Verdict = z.infer<typeof verdictSchema>;

/** The verdict on a sample, and on each part of its test where that has several. */
export interface InParts {
  readonly outcome: Outcome;
  readonly parts?: Readonly<Record<string, Outcome>> | undefined;
}

/**
 * Names of the parts that verdicts tell apart, in the test's order; none where tests have but one.
 */
export function partNames(verdicts: Iterable<InParts>): string[] {
  for (const { parts } of verdicts) {
    if (parts !== undefined) {
      return Object.keys(parts);
    }
  }
  return [];
}

/** The verdicts as if that part were all of the test. What holds no code passes no part. */
export function ofPart<T extends InParts>(verdicts: Iterable<T>, part: string): T[] {
  return [...verdicts].map((verdict) => ({
    ...verdict,
    outcome: verdict.parts?.[part] ?? verdict.outcome,
  }));
}

/**
 * A failure of ours or of the machine. It is retried on resume and never counted against the model.
 */
export const incidentSchema = z.object({
  version: z.literal(1),
  stage: z.enum(['generate', 'judge', 'time', 'perplexity']),
  cell: z.string(),
  /** The task it hit, where it hit one. */
  taskId: z.string().optional(),
  /** Which sample of a file it hit, from 0. */
  sample: z.int().nonnegative().optional(),
  detail: z.string(),
});
export type Incident = z.infer<typeof incidentSchema>;

/** What is said of each part of the tests, where they have several; else nothing. */
export function partsOf<V extends InParts, F>(
  verdicts: readonly V[],
  figures: (verdicts: readonly V[]) => F,
): { readonly parts?: Record<string, F> } {
  const names = partNames(verdicts);
  return names.length === 0
    ? {}
    : { parts: Object.fromEntries(names.map((name) => [name, figures(ofPart(verdicts, name))])) };
}
