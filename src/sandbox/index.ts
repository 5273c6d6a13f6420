import type { Grader, GraderSetup } from './grader.ts';

/** What a language's folder gives. */
interface GraderModule {
  readonly openGrader: (setup: GraderSetup) => Promise<Grader>;
}

/** Every grader, by language; loaded when it is opened. A new one is a folder and a line here. */
const GRADERS = {
  python: () => import('./python/grader.ts'),
} as const satisfies Readonly<Record<string, () => Promise<GraderModule>>>;

/** A language whose programs can be judged. */
export type Language = keyof typeof GRADERS;

/** Opens the grader of a language. Throws `EvalkitError` where the machine has none such. */
export async function openGrader(language: Language, setup: GraderSetup): Promise<Grader> {
  const grader = await GRADERS[language]();
  return grader.openGrader(setup);
}
