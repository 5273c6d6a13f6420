import { z } from 'zod';
import { gateCheckSchema } from './gate.ts';
import { gateVerdictSchema } from './gate-verdict.ts';
import { divergenceReportSchema } from './report.ts';

/**
 * What `evalkit gate --json` prints of a folder of scores: a decision on what a text alone can show.
 * No pass rate was measured, and none of its limits is held.
 */
export const perplexityGateSchema = z.object({
  version: z.literal(1),
  kind: z.literal('perplexity'),
  verdict: gateVerdictSchema,
  /** What a reader must know before any figure: what is not decided on, and what the reference is. */
  firstLine: z.string(),
  candidate: z.string(),
  /** The reference of the folder. */
  baseline: z.object({ name: z.string() }),
  /** Those that were held, by their names. */
  limits: z.record(z.string(), z.union([z.number(), z.string()])),
  cells: z
    .array(
      z.object({
        cell: z.string(),
        verdict: gateVerdictSchema,
        divergence: divergenceReportSchema,
        checks: z.array(gateCheckSchema).min(1),
      }),
    )
    .min(1),
  warnings: z.array(z.string()),
});
export type PerplexityGate = z.infer<typeof perplexityGateSchema>;
