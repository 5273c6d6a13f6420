import { z } from 'zod';
import { stopReasonSchema } from './completion.ts';
import { notRunSchema } from './not-run.ts';
import { shardSchema } from './shard.ts';
import { failureCauseSchema, outcomeSchema } from './verdict.ts';

/** How a completion stands: its verdict, or why it has none. */
export const taskOutcomeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('passed') }),
  z.object({ kind: z.literal('failed'), cause: failureCauseSchema, detail: z.string() }),
  z.object({ kind: z.literal('infrastructure'), detail: z.string() }),
  z.object({ kind: z.literal('pending') }),
]);

/** What one cell made of a task. What models write is untrusted text. */
export const shownCellSchema = z.object({
  cell: z.string(),
  /** Completions of the task that passed, of those that have a verdict. */
  passed: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
  outcome: taskOutcomeSchema,
  /** By part of the test, where it has several. */
  parts: z.record(z.string(), outcomeSchema).optional(),
  /** Absent where it is missing. */
  completion: z
    .object({
      text: z.string(),
      stopReason: stopReasonSchema,
      /** Absent where the engine shows no tokens. */
      newTokens: z.int().nonnegative().optional(),
    })
    .optional(),
  /** What was judged, behind the task's prompt; absent where the completion holds no code. */
  code: z.string().optional(),
  /** What was judged before the task's prompt, as imports from the future. */
  head: z.string().optional(),
});
export type ShownCell = z.infer<typeof shownCellSchema>;

/** What `evalkit show --format json` prints: a task and what cells made of it. */
export const taskReportSchema = z.object({
  version: z.literal(1),
  kind: z.literal('task'),
  /** The run's folder, as it was typed. */
  run: z.string(),
  /** Present where the folder is a part of a run. */
  shard: shardSchema.optional(),
  taskId: z.string(),
  dataset: z.string(),
  /** The data set is no part of a run's folder. */
  prompt: z.union([z.string(), notRunSchema]),
  /** Which completion of each cell is shown, from 0, of how many. */
  sample: z.int().nonnegative(),
  samples: z.int().positive(),
  cells: z.array(shownCellSchema).min(1),
  /** Of two cells: how the text of the second differs, in unified form; `null` where it does not. */
  difference: z.string().nullable().optional(),
});
export type TaskReport = z.infer<typeof taskReportSchema>;
