import { z } from 'zod';
import type { Grader, GraderSetup } from '../grader.ts';
import { openPythonSandbox } from './open.ts';

/** The options of this grader alone. */
const ownOptionsSchema = z.object({
  python: z.string().min(1).optional(),
  allowPackage: z.array(z.string()).default([]),
});

/** Opens the grader for Python. Throws `EvalkitError` where the machine has none such. */
export function openGrader({ own, ...setup }: GraderSetup): Promise<Grader> {
  const { python, allowPackage: packages } = ownOptionsSchema.parse(own);
  return openPythonSandbox({ ...setup, python, packages });
}
