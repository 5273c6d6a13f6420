import { z } from 'zod';

/** llama.cpp on this machine, as describe-child.ts finds it without a model. */
export const descriptionSchema = z.object({
  /** The build for this CPU that llama.cpp picked, as `libggml-cpu-zen4.so`. */
  backend: z.string(),
  /** What that build and this CPU both have, as `AVX2`. */
  features: z.array(z.string()),
  /** Cores that do arithmetic of their own. */
  mathCores: z.int().positive(),
  /** Cores that the system lets this process use. */
  parallelism: z.int().positive(),
  /** CPU time of the control group, in cores; absent: no limit. */
  quota: z.number().optional(),
  /** Threads by the rule, before any probe. */
  threads: z.int().positive(),
  /** Kinds of GPU that llama.cpp can use here, as `cuda`. */
  gpus: z.array(z.string()),
});
export type LlamaCppDescription = z.infer<typeof descriptionSchema>;

/** The child's one message. */
export const describeMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('described'), description: descriptionSchema }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
]);
export type DescribeMessage = z.infer<typeof describeMessageSchema>;
