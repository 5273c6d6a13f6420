import type { Task } from '../../records/task.ts';
import type { Language } from '../../sandbox/index.ts';
import { PYTHON_FUNCTIONS } from '../python-functions/rules.ts';
import type { KnownCompletion, SuiteRules } from '../suite.ts';

/** What a language gives to the suites that users describe. */
interface OwnLanguage {
  readonly rules: Pick<SuiteRules, 'language' | 'prompts' | 'extraction'>;
  /**
   * Completions that no test may pass, by what they are. Each comes as the rest of a function that
   * the prompt begins, and as a function of its own; the one that does not fit fails anyway.
   */
  readonly wrong: (task: Task) => Readonly<Record<string, readonly string[]>>;
}

const pythonBodies = { 'an empty body': 'pass', 'a raise': "raise RuntimeError('wrong')" };

/** By language. A new one is a line here. */
export const LANGUAGES: Readonly<Record<Language, OwnLanguage>> = {
  python: {
    rules: PYTHON_FUNCTIONS,
    wrong: ({ entryPoint }) => ({
      ...Object.fromEntries(
        Object.entries(pythonBodies).map(([name, body]) => [
          name,
          [`    ${body}\n`, `\ndef ${entryPoint}(*_, **__):\n    ${body}\n`],
        ]),
      ),
      'exit(0)': ['    exit(0)\n', '\nexit(0)\n'],
    }),
  },
};

/** The canonical solution, and each wrong completion of the language. */
export function knownCompletionsIn(language: Language): (task: Task) => readonly KnownCompletion[] {
  return (task) => [
    { style: { mode: 'raw' }, text: task.canonicalSolution, passes: true },
    ...Object.entries(LANGUAGES[language].wrong(task)).flatMap(([name, texts]) =>
      texts.map((text) => ({ name, style: { mode: 'raw' } as const, text, passes: false })),
    ),
  ];
}
