import { z } from 'zod';

/** A sha256 in lower-case hexadecimal. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

/** A weight file as a fact: name, sha256, size in bytes. */
export const weightFileSchema = z.object({
  name: z.string(),
  sha256: sha256Schema,
  bytes: z.int().positive(),
});
export type WeightFile = z.infer<typeof weightFileSchema>;

/**
 * Where weights come from.
 *
 * - `published`: bytes that the model's publisher put out (the sha256 is the published one).
 * - `quantized`: made here from a file of unquantized weights (f32, f16 or bf16).
 * - `requantized`: made here from a file that was already quantized. What it measures is the tool,
 *   not what quantizing the original weights would cost.
 * - `local`: a file of the user's, whose history is unknown.
 */
export const provenanceSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('published'),
    repo: z.string(),
    revision: z.string(),
    /** Which source gave the bytes. */
    via: z.string(),
  }),
  z.object({
    kind: z.enum(['quantized', 'requantized']),
    from: weightFileSchema.extend({ quantization: z.string() }),
    /** The llama.cpp release whose quantizer made it. */
    llamaCpp: z.string(),
  }),
  z.object({ kind: z.literal('local') }),
]);
export type Provenance = z.infer<typeof provenanceSchema>;

/** A model as one cell uses it. */
export const modelRecordSchema = z.object({
  /** Catalogue name of the base, or the file's own name. */
  base: z.string(),
  /** llama.cpp's name of the quantization in lower case, as `q8_0`, `q4_k_m`, `f16`. */
  quantization: z.string(),
  file: weightFileSchema,
  provenance: provenanceSchema,
  /** True for a model tuned to follow instructions: it is asked in chat form by default. */
  instruct: z.boolean(),
});
export type ModelRecord = z.infer<typeof modelRecordSchema>;
