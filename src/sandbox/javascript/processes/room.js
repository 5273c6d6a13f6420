// @ts-check
import ivm from 'isolated-vm';

/** As in the sandbox for Python. */
const MAX_VALUES = 4_000_000;
const MAX_DEPTH = 200;

/** Of the candidate's `Math.random`. A test has one of its own, which no candidate learns. */
const SEED = 1;

const MEBIBYTE = 1024 ** 2;

/**
 * Two isolates in which no program has run yet. They are given text and give text; the candidate's
 * is given nothing else at all.
 *
 * @typedef {object} Room
 * @property {Side} candidate
 * @property {Side} checker
 * @property {number} answerChars - The longest answer to one call.
 * @property {{ ask: (question: unknown) => Promise<string | undefined> }} line
 *   What the checker's calls go to.
 *
 * @typedef {object} Side
 * @property {ivm.Isolate} isolate
 * @property {ivm.Context} context
 * @property {ivm.Reference} inside - What was prepared within.
 */

/**
 * @param {import('../messages.ts').Terms} terms
 * @param {() => void} onCatastrophe - V8 has given up, as it does without memory; the isolate's
 *   thread never returns.
 * @returns {Promise<Room>}
 */
export async function openRoom({ memoryBytes, answerBytes, sources }, onCatastrophe) {
  const bounds = { chars: answerBytes, values: MAX_VALUES, depth: MAX_DEPTH };
  /** @type {Room['line']} */
  const line = { ask: () => Promise.resolve(undefined) };
  const host = new ivm.Reference((/** @type {unknown} */ question) => line.ask(question));
  /** @type {(source: string, args: unknown[]) => Promise<Side>} */
  const open = async (source, args) => {
    const isolate = new ivm.Isolate({
      memoryLimit: Math.max(8, Math.floor(memoryBytes / MEBIBYTE)),
      onCatastrophicError: onCatastrophe,
    });
    const context = await isolate.createContext();
    const inside = await context.evalClosure(source, args, { result: { reference: true } });
    return { isolate, context, inside };
  };
  const copied = () => new ivm.ExternalCopy(bounds).copyInto();
  return {
    candidate: await open(sources.candidate, [copied(), SEED, sources.md5]),
    checker: await open(sources.checker, [host, copied()]),
    answerChars: answerBytes,
    line,
  };
}

/**
 * What an isolate throws may be anything at all.
 *
 * @param {unknown} error
 */
export function messageOf(error) {
  return error instanceof Error
    ? `${error.name}: ${error.message}`.slice(0, 500)
    : 'something that is not an error';
}
