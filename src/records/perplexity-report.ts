import { z } from 'zod';
import { modelRecordSchema, provenanceSchema } from './model.ts';
import { engineSettingsSchema } from './plan.ts';
import { divergenceReportSchema, notRunSchema, perplexityReportSchema } from './report.ts';

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
});
export type PerplexityCell = z.infer<typeof perplexityCellSchema>;

/** What `evalkit perplexity --json` prints. */
export const perplexityRunReportSchema = z.object({
  cells: z.array(perplexityCellSchema).readonly(),
});
