import { z } from 'zod';
import type { Quantization } from '../quantization.ts';

/**
 * What the converter is asked: without `output`, whether it can convert the folder; without `shards`,
 * its weights apart.
 */
export interface ConvertRequest {
  readonly folder: string;
  /** Of each the tokens are wanted, as the folder's own tokenizer has them. */
  readonly texts: readonly string[];
  readonly shards?: readonly string[];
  readonly output?: string;
  readonly type?: Quantization;
}

const lookedSchema = z.object({
  architecture: z.string(),
  /** By text. */
  tokens: z.array(z.array(z.int())),
  /** What the model does that llama.cpp does not, each as a sentence without its end. */
  notes: z.array(z.string()),
  /** Versions of the packages that it used. */
  packages: z.record(z.string(), z.string()),
});

/** What the converter says of a folder. */
export type Looked = z.infer<typeof lookedSchema>;

/** A line of the converter's. The last one is `looked`, `done`, `refused` or `failed`. */
export const convertMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started'), total: z.int() }),
  z.object({ kind: z.literal('tensor'), done: z.int() }),
  lookedSchema.extend({ kind: z.literal('looked') }),
  lookedSchema.extend({ kind: z.literal('done') }),
  z.object({ kind: z.literal('refused'), reason: z.string() }),
  z.object({ kind: z.literal('failed'), reason: z.string(), errno: z.int().nullable() }),
]);
export type ConvertMessage = z.infer<typeof convertMessageSchema>;
