import { z } from 'zod';

/** A sha256 in lower-case hexadecimal. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

/** A file as a fact: name, sha256, size in bytes. */
const fileFactSchema = z.object({
  name: z.string(),
  sha256: sha256Schema,
  bytes: z.int().positive(),
});

/**
 * A file of weights as a fact. Of a model that llama.cpp's llama-gguf-split cut into several
 * files, `name` is the first one's, `bytes` their sum, and `sha256` the sha256 of their checksums in
 * hexadecimal, in order, each with a newline after it (`sha256sum FILES | cut -c1-64 | sha256sum`).
 */
export const weightFileSchema = fileFactSchema.extend({
  parts: z.array(fileFactSchema).min(2).optional(),
});
export type WeightFile = z.infer<typeof weightFileSchema>;

/**
 * A folder of weights as a fact; `sha256` is that of the lines `sha256  name`, sorted by name, each with
 * a newline after it.
 */
const weightFolderSchema = fileFactSchema.extend({ files: z.array(fileFactSchema).min(1) });

/**
 * What a model's weights are. `sha256` tells them from any others.
 *
 * - `file`: a weight file.
 * - `folder`: a folder of files.
 * - `endpoint`: a server that holds them; `sha256` is that of what it says of itself, since nobody
 *   sees the bytes.
 */
export const weightsSchema = z.discriminatedUnion('kind', [
  weightFileSchema.extend({ kind: z.literal('file') }),
  weightFolderSchema.extend({ kind: z.literal('folder') }),
  fileFactSchema.omit({ bytes: true }).extend({
    kind: z.literal('endpoint'),
    /** Without user and password. */
    url: z.url(),
    /** Further servers that hold the same model. */
    replicas: z.array(z.url()).optional(),
  }),
]);
export type Weights = z.infer<typeof weightsSchema>;

/** Bytes of a model's weights; `undefined` where only a server has them. */
export function weightBytes(weights: Weights): number | undefined {
  return weights.kind === 'endpoint' ? undefined : weights.bytes;
}

/** An importance matrix of llama.cpp's llama-imatrix as a fact. */
const imatrixFactSchema = fileFactSchema.extend({
  /** Texts that it was computed from, as it says itself. */
  datasets: z.array(z.string()),
  /** Pieces of those texts; absent where it does not say. */
  chunks: z.int().positive().optional(),
});
export type ImatrixFact = z.infer<typeof imatrixFactSchema>;

/** How a GGUF file was made here from a folder of safetensors. */
const conversionSchema = z.object({
  /** The folder. */
  from: fileFactSchema.extend({
    /** The hub's repository and commit that it came from; absent: a folder of the user's. */
    repo: z.string().optional(),
    revision: z.string().optional(),
  }),
  /** The program that made it, with the versions of what it uses. */
  tool: z.string(),
  /** What was checked before the file was used, and what could not be. */
  checks: z.array(z.string()),
});
export type Conversion = z.infer<typeof conversionSchema>;

/**
 * Where weights come from.
 *
 * - `published`: bytes that the model's publisher put out (the sha256 is the published one).
 * - `converted`: made here from a folder of safetensors, unquantized.
 * - `quantized`: made here from a file of unquantized weights (f32, f16 or bf16).
 * - `requantized`: made here from a file that was already quantized. What it measures is the tool,
 *   not what quantizing the original weights would cost.
 * - `unpacked`: a GGUF's weights as a folder that another engine reads, no value changed.
 * - `local`: a file of the user's, whose history is unknown.
 * - `served`: what a server holds, of which it says what it likes.
 */
export const provenanceSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('published'),
    repo: z.string(),
    revision: z.string(),
    /** Which source gave the bytes. */
    via: z.string(),
  }),
  conversionSchema.extend({ kind: z.literal('converted') }),
  z.object({
    kind: z.enum(['quantized', 'requantized']),
    from: weightFileSchema.extend({
      quantization: z.string(),
      /** Where that file was converted here in its turn. */
      converted: conversionSchema.optional(),
    }),
    /** The program that made it, with its version. */
    tool: z.string(),
    /** The importance matrix that weighed the rounding errors; absent: none did. */
    imatrix: imatrixFactSchema.optional(),
  }),
  z.object({
    kind: z.literal('unpacked'),
    from: weightFileSchema.extend({ quantization: z.string() }),
    /** The program that made it, with its version. */
    tool: z.string(),
  }),
  z.object({ kind: z.literal('local') }),
  z.object({ kind: z.literal('served') }),
]);
export type Provenance = z.infer<typeof provenanceSchema>;

/** What a model's file holds: K quants fall back to other types where a row's width does not fit. */
export const tensorSummarySchema = z.object({
  /** Weights in all tensors. */
  parameters: z.int().positive(),
  /** Bits of all tensors per weight, without the file's header and padding. */
  bitsPerWeight: z.number().positive(),
  /** By the type's name in its format, as `Q4_K`; the one with the most weights first. */
  types: z.record(
    z.string(),
    z.object({ tensors: z.int().positive(), parameters: z.int().positive() }),
  ),
});
export type TensorSummary = z.infer<typeof tensorSummarySchema>;

/** A model as one cell uses it. */
export const modelRecordSchema = z.object({
  /** Catalogue name of the base, or the file's own name. */
  base: z.string(),
  /** The quantization's name in lower case, as `q8_0`, `q4_k_m`, `f16`. */
  quantization: z.string(),
  weights: weightsSchema,
  provenance: provenanceSchema,
  /** True for a model tuned to follow instructions: it is asked in chat form by default. */
  instruct: z.boolean(),
  /** What its engine makes of the weights when it loads them, in the engine's words; absent: nothing. */
  variant: z.string().optional(),
  /** Absent in records of earlier versions, and for a file with a tensor type that is new to us. */
  tensors: tensorSummarySchema.optional(),
});
export type ModelRecord = z.infer<typeof modelRecordSchema>;
