// @ts-check
import { messageOf } from './room.js';

/** Longest text of a failure, and of a line that it quotes. */
const MAX_CHARS = 800;
const MAX_LINE_CHARS = 200;

const PROGRAM_FILE = 'completion.js';

/**
 * @typedef {import('../messages.ts').Report} Report
 * @typedef {Extract<Report, { kind: 'failed' }>} Failed
 * @typedef {import('../inside/checker-side.ts').Failure} Failure
 * @typedef {Partial<Record<keyof Failure, unknown>>} Told
 */

/**
 * One sample's conversation with its candidate: text goes out, text comes back. The first thing that
 * ends it decides, whatever the test makes of it.
 */
export class Conversation {
  #job;
  #room;
  #calls = 0;
  /** @type {import('isolated-vm').Reference | undefined} */
  #call;
  /** @type {Failed | undefined} */
  ending;

  /**
   * @param {import('../messages.ts').SampleJob} job
   * @param {import('./room.js').Room} room
   */
  constructor(job, room) {
    this.#job = job;
    this.#room = room;
    room.line.ask = (question) => this.#ask(question);
  }

  /** Has prompt and completion run. */
  async open() {
    try {
      this.#call = await this.#load();
    } catch (error) {
      this.ending = this.#nameOf(error);
    }
  }

  /**
   * The report, from what the checker says when its test has run.
   *
   * @param {unknown} told
   * @returns {Report}
   */
  settled(told) {
    if (this.ending !== undefined) {
      return this.ending;
    }
    if (told !== undefined) {
      /** @type {Told} */
      const failure = Object(told);
      return this.#failed(/** @type {Failed['cause']} */ (failure.cause), failure);
    }
    return this.#calls === 0
      ? { kind: 'unfit', detail: `its test never calls ${this.#job.entryPoint}` }
      : { kind: 'passed' };
  }

  /** Runs the program in the candidate's isolate; gives what calls the entry point. */
  async #load() {
    const { head, prompt, completion, entryPoint } = this.#job;
    const { isolate, context, inside } = this.#room.candidate;
    const take = await inside.get('take', { reference: true });
    const call = await inside.get('call', { reference: true });
    const program = await isolate.compileScript(`${head}${prompt}${completion}\n`, {
      filename: PROGRAM_FILE,
    });
    await program.run(context);
    await context.evalClosure(`$0(${entryPoint})`, [take.derefInto()]);
    return call;
  }

  /**
   * One call of the candidate's function; nothing where the sample is decided.
   *
   * @param {unknown} question
   */
  async #ask(question) {
    this.#calls += 1;
    if (this.ending !== undefined || this.#call === undefined) {
      return undefined;
    }
    try {
      /** @type {unknown} */
      const reply = await this.#call.apply(undefined, [question], { result: { copy: true } });
      this.ending = this.#refusalOf(reply);
      return this.ending === undefined ? /** @type {string} */ (reply) : undefined;
    } catch (error) {
      this.ending = this.#nameOf(error);
      return undefined;
    }
  }

  /** @param {unknown} reply */
  #refusalOf(reply) {
    if (typeof reply !== 'string') {
      return this.#failed('protocol', { words: 'the candidate gave something else than text' });
    }
    return reply.length > this.#room.answerChars
      ? this.#failed('answer-too-large', { words: `an answer of ${reply.length} characters` })
      : undefined;
  }

  /**
   * What an error that came out of the candidate's isolate says of the sample.
   *
   * @param {unknown} error
   */
  #nameOf(error) {
    if (this.#room.candidate.isolate.isDisposed) {
      return this.#failed('memory', { words: 'the candidate filled the heap of its isolate' });
    }
    const words = messageOf(error).replace(/ \[completion\.js:\d+:\d+\]$/, '');
    const stack = error instanceof Error ? `${error.message}\n${error.stack}` : '';
    const programLine = /completion\.js:(\d+)/.exec(stack)?.[1];
    const isMemory = words.startsWith('RangeError: Array buffer allocation failed');
    return this.#failed(isMemory ? 'memory' : 'exception', { words, programLine });
  }

  /**
   * In words, with the lines that it tells of. A test may have made it.
   *
   * @param {Failed['cause']} cause
   * @param {Told} told
   * @returns {Failed}
   */
  #failed(cause, { words, testLine, programLine, last }) {
    const { head, prompt, test } = this.#job;
    const at = Number(testLine);
    const text = test.source.split('\n')[at - 1]?.trim().slice(0, MAX_LINE_CHARS);
    const own = Number(programLine) - (`${head}${prompt}`.split('\n').length - 1);
    const parts = [
      ...(typeof words === 'string' ? [words] : []),
      ...(Number.isInteger(own) ? [`line ${own} of the completion`] : []),
      ...(text === undefined ? [] : [`line ${at} of the test: ${text}`]),
      ...(typeof last === 'string' ? [`last answer: ${last}`] : []),
    ];
    return { kind: 'failed', cause, detail: parts.join('; ').slice(0, MAX_CHARS) };
  }
}
