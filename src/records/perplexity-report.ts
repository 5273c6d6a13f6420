import { z } from 'zod';
import { modelRecordSchema, provenanceSchema, sha256Schema } from './model.ts';
import { perplexityPlanSchema } from './perplexity.ts';
import { engineSettingsSchema } from './plan.ts';
import { partsOfRunSchema } from './shard.ts';
import { notRunSchema } from './not-run.ts';
import { divergenceReportSchema, perplexityReportSchema } from './report.ts';

/** Whether a file is damaged. That it is not, a screen cannot show: only that no damage was seen. */
const screenSchema = z.object({
  verdict: z.enum(['damaged', 'no damage seen']),
  /** Each thing that was held against a limit, in words. */
  checks: z.array(z.object({ name: z.string(), isDamage: z.boolean(), detail: z.string() })),
});
export type Screen = z.infer<typeof screenSchema>;

/** A model × cache type as `evalkit perplexity` reports it. */
export const perplexityCellSchema = z.object({
  id: z.string(),
  model: z.string(),
  quantization: z.string(),
  provenance: provenanceSchema,
  weights: modelRecordSchema.shape.weights,
  settings: engineSettingsSchema,
  perplexity: z.union([perplexityReportSchema, notRunSchema]),
  /** Absent in the reference itself. */
  divergence: z.union([divergenceReportSchema, notRunSchema]).optional(),
  /** What a screen made of it; absent in the reference, and where no screen was asked for. */
  screen: screenSchema.optional(),
});
export type PerplexityCell = z.infer<typeof perplexityCellSchema>;

/** What `evalkit perplexity` sums up: what `--json` prints. */
export const perplexityRunReportSchema = z.object({
  version: z.literal(1),
  /** `shard`: nothing is missing of a shard, which is no whole run. */
  status: z.enum(['complete', 'incomplete', 'shard']),
  ...partsOfRunSchema.shape,
  planHash: sha256Schema,
  plan: perplexityPlanSchema,
  cells: z.array(perplexityCellSchema),
  /** What a reader must know before trusting a figure. */
  warnings: z.array(z.string()),
});
export type PerplexityRunReport = z.infer<typeof perplexityRunReportSchema>;
