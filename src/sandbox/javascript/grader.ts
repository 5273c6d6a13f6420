import type { Grader, GraderSetup } from '../grader.ts';
import { openJavaScriptSandbox } from './open.ts';

/** Opens the grader for JavaScript. Throws `EvalkitError` where the machine has none such. */
export function openGrader(setup: GraderSetup): Promise<Grader> {
  return openJavaScriptSandbox(setup);
}
