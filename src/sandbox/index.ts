import { about, type Origins } from '../options/message.ts';
import type { OptionSet } from '../options/option.ts';
import { usageError } from '../records/error.ts';
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

/** The options that one language's grader alone knows. */
const OWN_OPTIONS: Readonly<Record<Language, OptionSet>> = {
  python: pythonOptions,
  javascript: {},
};

/**
 * Throws a usage error for an option, given on the command line, of the grader of a language in which nothing
 * will be judged.
 */
export function refuseForeignOptions(
  languages: readonly Language[],
  given: Readonly<Record<string, unknown>> & { readonly origins?: Origins },
): void {
  for (const [language, options] of Object.entries(OWN_OPTIONS)) {
    const named = Object.values(options).find(
      ({ name }) => [given[name] ?? []].flat().length > 0 && given.origins?.has(name) !== true,
    );
    if (named !== undefined && !languages.some((each) => each === language)) {
      throw usageError(
        about`${named} ${[given[named.name]].flat().join(',')} has no use with samples in ${languages.join(', ')}: it is of ${language}; leave it out`,
      );
    }
  }
}

/** A language whose programs can be judged. */
export type Language = keyof typeof GRADERS;

/** Opens the grader of a language. Throws `EvalkitError` where the machine has none such. */
export async function openGrader(language: Language, setup: GraderSetup): Promise<Grader> {
  const grader = await GRADERS[language]();
  return grader.openGrader(setup);
}
