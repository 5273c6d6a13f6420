import { z } from 'zod';

/** What quantize-child.ts is asked to do. */
export const quantizeRequestSchema = z.object({
  library: z.string(),
  input: z.string(),
  output: z.string(),
  fileType: z.int(),
  threads: z.int().positive(),
  /** Path of an importance matrix. */
  imatrix: z.string().optional(),
});
export type QuantizeRequest = z.infer<typeof quantizeRequestSchema>;

/** What it tells. The last message is `done` or `failed`. */
export const quantizeMessageSchema = z.discriminatedUnion('kind', [
  /** Tensors begun so far. */
  z.object({ kind: z.literal('tensor'), done: z.int() }),
  /** `fallbacks`: tensors whose shape the wanted type does not fit; they got another. */
  z.object({
    kind: z.literal('done'),
    fallbacks: z.int(),
    /** Tensors that the importance matrix says nothing of. */
    unweighed: z.int(),
  }),
  z.object({ kind: z.literal('failed'), lines: z.array(z.string()) }),
]);
export type QuantizeMessage = z.infer<typeof quantizeMessageSchema>;
