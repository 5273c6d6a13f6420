import type { Grader, GraderSetup } from './grader.ts';
import { pythonOptions } from './python/options.ts';

/** What a language's folder gives. */
interface GraderModule {
  readonly openGrader: (setup: GraderSetup) => Promise<Grader>;
}

/** Every grader, by language; loaded when it is opened. A new one is a folder and a line here and below. */
const GRADERS = {
  python: () => import('./python/grader.ts'),
  javascript: () => import('./javascript/grader.ts'),
} as const satisfies Readonly<Record<string, () => Promise<GraderModule>>>;

/** What each grader can be told beside what all can. */
export const graderOptions = { ...pythonOptions };

/** A language whose programs can be judged. */
export type Language = keyof typeof GRADERS;

/** Opens the grader of a language. Throws `EvalkitError` where the machine has none such. */
export async function openGrader(language: Language, setup: GraderSetup): Promise<Grader> {
  const grader = await GRADERS[language]();
  return grader.openGrader(setup);
}
