import { z } from 'zod';

const environmentSchema = z.object({
  name: z.string(),
  purpose: z.string(),
  /** `own`: of `--engine-python` or EVALKIT_ENGINE_PYTHON. */
  state: z.enum(['installed', 'own', 'absent']),
  /** Why it cannot be used, and the command that mends it. */
  reason: z.string().optional(),
  /** Which build of torch it has; `plain`: there is one alone. */
  build: z.enum(['cpu', 'cuda', 'plain']).optional(),
  python: z.string().optional(),
  pythonVersion: z.string().optional(),
  /** Versions by name: those that are there, or where none is those that would be. */
  packages: z.record(z.string(), z.string()),
  /** On the disk; where it is not there, about what it would take. */
  bytes: z.number().optional(),
  /** Folders of it that another release of evalkit made, or that were not finished. */
  older: z.array(z.string()),
});

/** What `evalkit engine list` found: what `--json` prints. */
export const environmentListSchema = z.object({
  version: z.literal(1),
  folder: z.string(),
  machine: z.object({ instructions: z.array(z.string()), cards: z.array(z.string()) }),
  environments: z.array(environmentSchema),
});
export type EnvironmentList = z.infer<typeof environmentListSchema>;
