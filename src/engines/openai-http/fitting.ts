import type { Question } from './dialects/dialect.ts';
import type { ServerTrouble } from './trouble.ts';

/** How questions are changed for one server. */
export interface Fitting {
  /** Fields that it refused by name, and that are left out. */
  readonly dropped: readonly string[];
  /** What it calls the cap on tokens. */
  readonly cap: 'max_tokens' | 'max_completion_tokens';
}

export const AS_IS: Fitting = { dropped: [], cap: 'max_tokens' };

/** Without these it would be another question. */
const ESSENTIAL: ReadonlySet<string> = new Set([
  'model',
  'prompt',
  'messages',
  'max_tokens',
  'max_completion_tokens',
  'n_predict',
  'temperature',
  'stream',
  'options',
  'raw',
]);

/** The question as a server takes it. */
export function fitted({ path, body }: Question, { dropped, cap }: Fitting): Question {
  const kept = Object.entries(body).filter(([name]) => !dropped.includes(name));
  return {
    path,
    body: Object.fromEntries(
      kept.map(([name, value]) => [name === 'max_tokens' ? cap : name, value]),
    ),
  };
}

/**
 * How a question must be changed after a server has refused it with a 400 or 422 that names a field of
 * it; `undefined`: it names none that could be left out.
 */
export function refit(
  fitting: Fitting,
  question: Question,
  { status, body }: ServerTrouble,
): Fitting | undefined {
  if (status !== 400 && status !== 422) {
    return undefined;
  }
  if (fitting.cap === 'max_tokens' && body.includes('max_completion_tokens')) {
    return { ...fitting, cap: 'max_completion_tokens' };
  }
  const named = Object.keys(fitted(question, fitting).body).filter(
    (name) => !ESSENTIAL.has(name) && new RegExp(`(?<![a-z_])${name}(?![a-z_])`).test(body),
  );
  return named.length === 0
    ? undefined
    : { ...fitting, dropped: [...fitting.dropped, ...named].toSorted() };
}
