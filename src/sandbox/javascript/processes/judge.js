// @ts-check
import { Conversation } from './conversation.js';
import { messageOf } from './room.js';

/**
 * @typedef {import('../messages.ts').Report} Report
 * @typedef {import('../messages.ts').SampleJob} SampleJob
 * @typedef {import('./room.js').Room} Room
 * @typedef {import('./room.js').Side} Side
 */

/**
 * Judges one sample. The room is of no use afterwards.
 *
 * @param {SampleJob} job
 * @param {Room} room
 * @returns {Promise<Report>}
 */
export async function judge(job, room) {
  const conversation = new Conversation(job, room);
  const runTest = await prepareTest(job, room.checker);
  if (typeof runTest === 'string') {
    return { kind: 'unfit', detail: runTest };
  }
  await conversation.open();
  return conversation.ending ?? conversation.settled(await checked(runTest, room.checker));
}

/**
 * What the test says. One that fills its isolate has failed over the answers, which are all that it
 * holds beside itself.
 *
 * @param {() => Promise<unknown>} runTest
 * @param {Side} checker
 */
async function checked(runTest, { isolate }) {
  try {
    return await runTest();
  } catch (error) {
    return isolate.isDisposed
      ? { cause: 'memory', words: 'the checker filled the heap of its isolate over the answers' }
      : { cause: 'exception', words: messageOf(error) };
  }
}

/**
 * Compiles a test; gives what runs it, or why it fits no completion.
 *
 * @param {SampleJob} job
 * @param {Side} checker
 */
async function prepareTest({ prompt, entryPoint, test, seed }, { isolate, context, inside }) {
  const reason = await runPrompt(prompt, { isolate, context });
  if (reason !== undefined) {
    return `its prompt does not run on its own: ${reason}`;
  }
  const filename = 'test.js';
  const source = test.kind === 'check' ? `${test.source}\ncheck(${entryPoint});` : test.source;
  try {
    await isolate.compileScript(source, { filename });
  } catch (error) {
    return `its test does not compile: ${messageOf(error)}`;
  }
  // The stand-in hides the prompt's own, which has no body.
  const whole = `(function (${entryPoint}) {${source}\n})`;
  const script = await isolate.compileScript(whole, { filename });
  return async () => {
    const program = await script.run(context, { reference: true });
    const run = await inside.get('run', { reference: true });
    await run.apply(undefined, [program.derefInto(), seed], { result: { copy: true } });
    // Promises that the test left behind have been seen to by now.
    const failure = await inside.get('failure', { reference: true });
    return failure.apply(undefined, [], { result: { copy: true } });
  };
}

/**
 * The prompt on its own, for its helpers; it mostly ends within a function. Gives the reason where
 * it does not run.
 *
 * @param {string} prompt
 * @param {Pick<Side, 'isolate' | 'context'>} checker
 */
async function runPrompt(prompt, { isolate, context }) {
  let reason;
  for (const end of ['\n}', '']) {
    try {
      const script = await isolate.compileScript(`${prompt}${end}`, { filename: 'prompt.js' });
      await script.run(context);
      return undefined;
    } catch (error) {
      reason ??= messageOf(error);
    }
  }
  return reason;
}
