import { z } from 'zod';

/**
 * What loading a model came to, told by looking at the loaded model: a quantization that skipped
 * most modules in silence would else pass for one.
 */
export const loadAuditSchema = z.object({
  /** Modules whose weights are stored in another form than the variant's type. */
  quantized: z.int().nonnegative(),
  /** Modules that stayed as they were, by the reason. */
  skipped: z.array(
    z.object({ reason: z.string(), modules: z.int().positive(), example: z.string() }),
  ),
  /** All weights and buffers in memory. */
  bytes: z.int().nonnegative(),
  /** What multiplies, as `fbgemm qint8`. */
  kernel: z.string(),
  /** What computes attention. */
  attention: z.string(),
  /** Instruction set or card, as `AVX2`. */
  instructions: z.string(),
  notes: z.array(z.string()),
});
export type LoadAudit = z.infer<typeof loadAuditSchema>;
