import { z } from 'zod';
import type { StopRule } from '../../records/plan.ts';
import { findStop, type Stop } from '../stop.ts';
import type { Answer, Connection } from './connection.ts';
import type { Dialect, Finish, Piece, Question, Usage } from './dialects/dialect.ts';
import { readEvents, type StreamEvent } from './event-stream.ts';
import { ServerTrouble } from './trouble.ts';

/** One whole completion as a server sent it. */
export interface Answered {
  readonly text: string;
  /** The model's thought, where the server keeps it apart. */
  readonly reasoning: string;
  /** All token ids in order; `undefined`: not all were shown. */
  readonly tokens: readonly number[] | undefined;
  /** `undefined`: it was ended here, at `stop`. */
  readonly finish: Finish | undefined;
  /** Where our own stopping rule ends it; the server may have sent more. */
  readonly stop: Stop | undefined;
  readonly usage: Usage | undefined;
  /** How many tokens the times are of, where a stream kept some back. */
  readonly shownTokens?: number | undefined;
  /** Events that brought something of the completion: no count of tokens. */
  readonly pieces: number;
  /** What the server says it is. */
  readonly servedBy: string | undefined;
  /** As `performance.now()`: the request handed over, its first and last piece, and its end. */
  readonly sentAt: number;
  readonly firstAt: number | undefined;
  /** An end token not included. */
  readonly lastAt: number | undefined;
  readonly endAt: number;
}

export interface CompleteOptions {
  readonly question: Question;
  readonly dialect: Dialect;
  readonly maxTokens: number;
  readonly rule?: StopRule | undefined;
  /** What the prompt ends in an open thought with. */
  readonly inThought?: true | undefined;
  /** True: the stream is read to its end though our rule has ended the completion. */
  readonly readsOn?: boolean;
  /** Takes the number of ids or pieces so far. */
  readonly onTokens?: ((count: number) => void) | undefined;
  readonly signal: AbortSignal;
}

/** Characters that a token stands for at most, with room to spare: longer ones are runs of blanks. */
const TOKEN_CHARACTERS = 400;

/** Beside the tokens' own. */
const SPARE_CHARACTERS = 4_096;

/**
 * Asks for one completion and reads it as it comes. Throws a `ServerTrouble` for all that is not a
 * whole completion: what a server cut off never becomes a shorter one.
 */
export async function complete(
  connection: Connection,
  options: CompleteOptions,
): Promise<Answered> {
  const { question, signal } = options;
  const answer = await connection.ask({ ...question, signal });
  const reading = new Reading(connection.url, answer, options);
  for await (const event of readEvents(connection.url, answer)) {
    if (reading.add(event) === 'ended') {
      break;
    }
  }
  return reading.end();
}

class Reading {
  #text = '';
  #reasoning = '';
  readonly #tokens: number[] = [];
  #hasTokens = true;
  #finish: Finish | undefined;
  #stop: Stop | undefined;
  #usage: Usage | undefined;
  #servedBy: string | undefined;
  #pieces = 0;
  #firstAt: number | undefined;
  #lastAt: number | undefined;
  /** Of the last piece that has text. */
  #lastTextAt: number | undefined;
  #endAt = 0;
  readonly #url: string;
  readonly #answer: Answer;
  readonly #options: CompleteOptions;

  constructor(url: string, answer: Answer, options: CompleteOptions) {
    this.#url = url;
    this.#answer = answer;
    this.#options = options;
  }

  /** Takes the next event; says whether our own rule ended the completion and the transfer with it. */
  add({ value, at }: StreamEvent): 'ended' | undefined {
    const piece = this.#read(value);
    this.#endAt = at;
    this.#usage =
      piece.usage === undefined ? this.#usage : { ...this.#usage, ...defined(piece.usage) };
    this.#servedBy = piece.servedBy ?? this.#servedBy;
    this.#addText(piece, at);
    this.#finish = piece.finish ?? this.#finish;
    this.#refuseTooMuch();
    const { rule, readsOn = false } = this.#options;
    if (
      rule !== undefined &&
      this.#stop === undefined &&
      (rule.kind === 'sequences' || piece.text.includes('\n'))
    ) {
      this.#stop = findStop(rule, this.#text, { inThought: this.#options.inThought });
    }
    if (this.#stop === undefined || this.#finish !== undefined || readsOn) {
      return undefined;
    }
    this.#answer.cancel();
    return 'ended';
  }

  end(): Answered {
    if (this.#finish === undefined && this.#stop === undefined) {
      throw new ServerTrouble('broken', `${this.#url} ended an answer before the completion's end`);
    }
    return {
      text: this.#text,
      reasoning: this.#reasoning,
      tokens: this.#hasTokens && this.#pieces > 0 ? this.#tokens : undefined,
      finish: this.#finish,
      stop: this.#stop,
      usage: this.#usage,
      pieces: this.#pieces,
      servedBy: this.#servedBy,
      sentAt: this.#answer.sentAt,
      firstAt: this.#firstAt,
      lastAt: this.#finish === 'end-token' ? this.#lastTextAt : this.#lastAt,
      endAt: this.#endAt,
    };
  }

  #read(value: unknown): Piece {
    try {
      return this.#options.dialect.read(value);
    } catch (error) {
      this.#answer.cancel();
      if (error instanceof ServerTrouble) {
        throw new ServerTrouble(error.kind, `${this.#url} ${error.message}`);
      }
      if (error instanceof z.ZodError) {
        throw new ServerTrouble(
          'broken',
          `${this.#url} sent an event of another form than its protocol's: ${z.prettifyError(error).replace(/\s+/g, ' ')}`,
        );
      }
      throw error;
    }
  }

  #addText({ text, reasoning, tokens }: Piece, at: number): void {
    const isSome = text !== '' || reasoning !== '' || (tokens !== undefined && tokens.length > 0);
    if (!isSome) {
      return;
    }
    this.#pieces += 1;
    this.#firstAt ??= at;
    this.#lastAt = at;
    this.#lastTextAt = text === '' && reasoning === '' ? this.#lastTextAt : at;
    this.#text += text;
    this.#reasoning += reasoning;
    if (tokens === undefined) {
      this.#hasTokens = false;
    } else {
      this.#tokens.push(...tokens);
    }
    this.#options.onTokens?.(this.#hasTokens ? this.#tokens.length : this.#pieces);
  }

  #refuseTooMuch(): void {
    const { maxTokens } = this.#options;
    const characters = this.#text.length + this.#reasoning.length;
    const tokens = Math.max(this.#usage?.newTokens ?? 0, this.#hasTokens ? this.#tokens.length : 0);
    // Some count the end token beyond the cap.
    if (tokens > maxTokens + 1) {
      this.#answer.cancel();
      throw new ServerTrouble(
        'refused',
        `${this.#url} made ${tokens} tokens where ${maxTokens} at most were asked for`,
      );
    }
    if (characters > maxTokens * TOKEN_CHARACTERS + SPARE_CHARACTERS) {
      this.#answer.cancel();
      throw new ServerTrouble(
        'refused',
        `${this.#url} sent more than ${characters - 1} characters where ${maxTokens} tokens at most were asked for`,
      );
    }
  }
}

function defined(usage: Usage): Usage {
  return Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== undefined));
}
