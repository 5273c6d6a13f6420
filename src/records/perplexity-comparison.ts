import { z } from 'zod';
import { sha256Schema } from './model.ts';
import { perplexityCellSchema } from './perplexity-report.ts';
import { textPlanSchema } from './perplexity.ts';
import { notRunSchema } from './not-run.ts';
import { divergenceReportSchema, meanSchema } from './report.ts';

/** A model's scores of a text, held against the reference's of the same tokens. */
const scoreComparisonSchema = z.object({
  cell: z.string(),
  model: z.string(),
  quantization: z.string(),
  perplexity: perplexityCellSchema.shape.perplexity,
  /** This model's perplexity over the reference's, over the same tokens: above 1 is worse. */
  perplexityRatio: z.union([meanSchema, notRunSchema]),
  /** Its bytes over the reference's: a fact, without interval. */
  sizeRatio: z.union([z.number().positive(), notRunSchema]),
  divergence: z.union([divergenceReportSchema, notRunSchema]),
});
export type ScoreComparison = z.infer<typeof scoreComparisonSchema>;

/** What `evalkit compare --json` prints of a folder of scores. */
export const perplexityComparisonSchema = z.object({
  version: z.literal(1),
  kind: z.literal('perplexity'),
  /** The folder as the user named it. */
  run: z.string(),
  status: z.enum(['complete', 'incomplete']),
  planHash: sha256Schema,
  /** What a reader must know of the reference before any figure. */
  firstLine: z.string(),
  text: textPlanSchema,
  reference: perplexityCellSchema.pick({
    id: true,
    model: true,
    quantization: true,
    perplexity: true,
  }),
  comparisons: z.array(scoreComparisonSchema).min(1),
  warnings: z.array(z.string()),
});
export type PerplexityComparison = z.infer<typeof perplexityComparisonSchema>;
