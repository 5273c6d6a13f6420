import { z } from 'zod';
import { notRunRowSchema, suiteRecordSchema } from './plan.ts';

/** Records that a cell is to have, and how many of them are there already. */
const owedSchema = z.object({ asked: z.int(), there: z.int() });

const plannedCellSchema = z.object({
  id: z.string(),
  /** `missing`: a run fetches or makes it first, and its keys are unknown until then. */
  model: z.discriminatedUnion('state', [
    z.object({ state: z.literal('here'), sha256: z.string(), bytes: z.int() }),
    z.object({ state: z.literal('missing'), reason: z.string() }),
  ]),
  answers: owedSchema,
  /** Absent without a latency pass. */
  timings: owedSchema.optional(),
  /** Upper bound: owed answers of the quality pass times the token cap. */
  newTokensAtMost: z.int(),
  /** What is owed, at the speed that this cell had in this run; `null` where it has not run. */
  estimateMs: z.number().nullable(),
});

/** What a run would do: what `--dry-run` prints. */
export const dryRunSchema = z.object({
  version: z.literal(1),
  dryRun: z.literal(true),
  dataset: z.object({ suite: suiteRecordSchema, name: z.string(), tasks: z.int(), total: z.int() }),
  /** The run's folder; `null` where it depends on a missing model. */
  folder: z.string().nullable(),
  cells: z.array(plannedCellSchema),
  /** Rows that this machine or version cannot fill. */
  notRun: z.array(notRunRowSchema),
});
export type DryRun = z.infer<typeof dryRunSchema>;
export type PlannedCell = DryRun['cells'][number];
