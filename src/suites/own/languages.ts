import type { Task } from '../../records/task.ts';
import type { Language } from '../../sandbox/index.ts';
import { SUITES } from '../index.ts';
import { parseInputsTasks } from '../python-functions/inputs-lines.ts';
import { parseCheckTasks } from '../python-functions/task-lines.ts';
import type { KnownCompletion, SuiteRules } from '../suite.ts';

/** How the test of a task is written in the tasks' file. */
export const FORMS = ['check', 'inputs', 'program'] as const;
export type Form = (typeof FORMS)[number];

type Parse = (bytes: Uint8Array, name: string, options: { readonly comparison: string }) => Task[];

/** What a language gives to the suites that users describe. */
interface OwnLanguage {
  readonly forms: Readonly<Partial<Record<Form, Parse>>>;
  /**
   * Completions that no test may pass, by what they are. Where a prompt may be whole already, each
   * comes as the rest of a function and as one of its own; the one that does not fit fails anyway.
   */
  readonly wrong: (task: Task) => Readonly<Record<string, readonly string[]>>;
}

const pythonBodies = { 'an empty body': 'pass', 'a raise': "raise RuntimeError('wrong')" };

/** By language. A new one is a line here. */
export const LANGUAGES: Readonly<Record<Language, OwnLanguage>> = {
  python: {
    forms: {
      check: parseCheckTasks,
      inputs: (bytes, name, { comparison }) =>
        parseInputsTasks(bytes, name, () => ({ comparison })),
    },
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
  javascript: {
    forms: { program: suiteIn('javascript').parse },
    wrong: () => ({
      'an empty body': ['}\n'],
      'a throw': ["  throw new Error('wrong');\n}\n"],
      'process.exit(0)': ['  process.exit(0);\n}\n'],
    }),
  },
};

/** Our own suite in a language: what a user does not say is as there. */
export function suiteIn(language: Language): SuiteRules {
  const found = SUITES.find((suite) => suite.language === language);
  if (found === undefined) {
    throw new TypeError(`no suite is in ${language}`);
  }
  return found;
}

/** The canonical solution, and each wrong completion of the language. */
export function knownCompletionsIn(language: Language): (task: Task) => readonly KnownCompletion[] {
  return (task) => [
    { style: { mode: 'raw' }, text: task.canonicalSolution, passes: true },
    ...Object.entries(LANGUAGES[language].wrong(task)).flatMap(([name, texts]) =>
      texts.map((text) => ({ name, style: { mode: 'raw' } as const, text, passes: false })),
    ),
  ];
}
