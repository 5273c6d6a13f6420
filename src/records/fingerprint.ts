import { z } from 'zod';

/** The machine and software of a run. A difference to another run's warns; it decides no key. */
export const fingerprintSchema = z.object({
  platform: z.string(),
  arch: z.string(),
  kernel: z.string(),
  cpu: z.string(),
  cores: z.int().positive(),
  memoryBytes: z.int().positive(),
  node: z.string(),
  /** What ran the samples, as `Python 3.11.2`; absent where none are run. */
  runtime: z.string().optional(),
});
export type Fingerprint = z.infer<typeof fingerprintSchema>;
