import { z } from 'zod';
import { benchCellReportSchema, benchReportSchema } from './bench.ts';
import { notRunSchema } from './not-run.ts';
import { ratioSchema } from './report.ts';

const sideSchema = benchCellReportSchema.pick({
  id: true,
  model: true,
  quantization: true,
  seconds: true,
  prefillTokensPerSecond: true,
  decodeTokensPerSecond: true,
});

/** A cell held against the reference model's cell of the same work and settings. */
const cellComparisonSchema = z.object({
  candidate: sideSchema,
  reference: sideSchema,
  /** Median seconds of the candidate over the reference's: above 1 is slower. */
  secondsRatio: z.union([ratioSchema, notRunSchema]),
  /** Its bytes over the reference's: a fact, without interval. */
  sizeRatio: z.union([z.number().positive(), notRunSchema]),
});
export type CellComparison = z.infer<typeof cellComparisonSchema>;

/** What `evalkit compare --json` prints of a grid. */
export const benchComparisonSchema = z.object({
  version: z.literal(1),
  kind: z.literal('bench'),
  /** The folder as the user named it. */
  run: z.string(),
  ...benchReportSchema.pick({ status: true, planHash: true, speedups: true, warnings: true }).shape,
  /** The model that the others are compared with, as `tiny:f16`. */
  reference: z.string(),
  /** None where the grid has one model: then its cells are compared by their settings alone. */
  comparisons: z.array(cellComparisonSchema),
});
export type BenchComparison = z.infer<typeof benchComparisonSchema>;
