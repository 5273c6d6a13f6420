import { z } from 'zod';
import { modelRecordSchema, provenanceSchema } from './model.ts';

/**
 * Where a file stands. `unchecked`: it lies in the cache and was never hashed, or was written to
 * since; that happens when it is used. `incomplete`: of a model in several files some are missing.
 */
const stateSchema = z.enum(['cached', 'unchecked', 'incomplete', 'absent']);

const publishedFileSchema = z.object({
  quantization: z.string(),
  name: z.string(),
  /** `null`: only the hub can tell. */
  bytes: z.int().nullable(),
  state: stateSchema,
  path: z.string().optional(),
});

const cachedFileSchema = z.object({
  name: z.string(),
  path: z.string(),
  bytes: z.int(),
  state: stateSchema,
  sha256: z.string().optional(),
  provenance: provenanceSchema.optional(),
});

/** What `evalkit models list` found: what `--json` prints. */
export const modelListSchema = z.object({
  version: z.literal(1),
  cache: z.object({ folder: z.string(), bytes: z.int() }),
  /** The bases that have names, and what their publishers put out. */
  bases: z.array(
    z.object({
      name: z.string(),
      repo: z.string(),
      revision: z.string(),
      licence: z.string(),
      files: z.array(publishedFileSchema),
    }),
  ),
  /** The other weight files in the cache: of other repositories, or made here. */
  others: z.array(cachedFileSchema),
});
export type ModelList = z.infer<typeof modelListSchema>;

/** Models that lie on this machine now: what `evalkit models pull` and `quantize` print. */
export const modelFilesSchema = z.object({
  version: z.literal(1),
  models: z.array(modelRecordSchema.extend({ path: z.string() })),
});
export type ModelFiles = z.infer<typeof modelFilesSchema>;
