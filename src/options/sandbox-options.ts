import { z } from 'zod';
import { list, oneOf, positiveInteger } from './option-values.ts';

/**
 * The options of everything that judges. They come from the command line alone: what weakens the
 * protection never lies in a file that came with the code.
 */
export const sandboxOptionsSchema = z.object({
  sandbox: oneOf(['auto', 'l3', 'l2', 'unsafe']).default('auto'),
  python: z.string().min(1).optional(),
  /** Packages beyond the standard library that completions may import. */
  allowPackage: list.default([]),
  workers: positiveInteger.optional(),
  /** Seconds of wall time a sample. */
  timeout: positiveInteger.optional(),
  memoryMib: positiveInteger.optional(),
  answerMib: positiveInteger.optional(),
});

/** How answers are judged. */
export type SandboxOptions = z.infer<typeof sandboxOptionsSchema>;
