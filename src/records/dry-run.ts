import { z } from 'zod';
import { notRunRowSchema, suiteRecordSchema } from './plan.ts';

/** Pieces of work that a cell is to have, and how many of them are present already. */
export const unitCountSchema = z.object({ asked: z.int(), present: z.int() });
export type UnitCount = z.infer<typeof unitCountSchema>;

const plannedCellSchema = z.object({
  id: z.string(),
  /** `missing`: a run fetches or makes it first, and its keys are unknown until then. */
  model: z.discriminatedUnion('state', [
    z.object({ state: z.literal('present'), sha256: z.string(), bytes: z.int().nullable() }),
    z.object({ state: z.literal('missing'), reason: z.string() }),
  ]),
  /** By what a piece of work is called, as `completions`; a measure that the cell lacks is absent. */
  units: z.record(z.string(), unitCountSchema),
  /** Upper bound: missing completions times the token cap. */
  newTokensAtMost: z.int(),
  /**
   * What is missing, at the speed that this cell had in this run, or in a short probe; `null` where
   * neither is known, as of missing weights.
   */
  estimateMs: z.number().nullable(),
  /** What the probe did, in words; absent where none was needed or possible. */
  probe: z.string().optional(),
});

/** What a run would do: what `--dry-run` prints. */
export const dryRunSchema = z.object({
  version: z.literal(2),
  dryRun: z.literal(true),
  dataset: z.object({ suite: suiteRecordSchema, name: z.string(), tasks: z.int(), total: z.int() }),
  /** The run's folder; `null` where it depends on a missing model. */
  folder: z.string().nullable(),
  cells: z.array(plannedCellSchema),
  /** Rows that this machine or version cannot fill. */
  notRun: z.array(notRunRowSchema),
  /** What only a run will know, or will leave out. */
  notes: z.array(z.string()),
});
export type DryRun = z.infer<typeof dryRunSchema>;
export type PlannedCell = DryRun['cells'][number];
