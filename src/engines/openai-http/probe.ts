import { z } from 'zod';
import { type Answered, complete } from './complete.ts';
import type { Connection } from './connection.ts';
import type { Ask } from './dialects/dialect.ts';
import { wholeJson } from './event-stream.ts';
import { AS_IS, fitted, type Fitting, refit } from './fitting.ts';
import type { Identified } from './identify.ts';
import { type Patience, patiently } from './patience.ts';
import { ServerTrouble } from './trouble.ts';

/** What a server was found to do when it was asked to. */
export interface Abilities {
  /** Continues a bare prompt, without a template. */
  readonly raw: boolean;
  readonly chat: boolean;
  /** Draws the same for the same seed, and else for another. */
  readonly seed: boolean;
  /** Several completions of one request. */
  readonly n: boolean;
  readonly logprobs: boolean;
  /** Log-probabilities of a prompt's own tokens. */
  readonly promptLogprobs: boolean;
  /** Log-probabilities of given tokens, in a way that is known here. */
  readonly scores: boolean;
  /** Counts tokens in streams. */
  readonly usage: boolean;
  /** Sends tokens as they come. */
  readonly streams: boolean;
  readonly tokenize: boolean;
}

/** What was found out, and how the server must be asked. */
export interface Probed {
  readonly abilities: Abilities;
  readonly fitting: Fitting;
  /** Why a way of asking does not work, in the server's words. */
  readonly why: { readonly raw: string | undefined; readonly chat: string | undefined };
  /** What its answers call the model. */
  readonly servedBy: string | undefined;
}

export interface ProbeOptions {
  readonly connection: Connection;
  readonly identified: Identified;
  readonly patience: Patience;
  readonly onNote: (text: string) => void;
  readonly signal: AbortSignal;
}

const TEXT = 'def add(a, b):\n';
const TOKENS = 4;

/** Asks a server for a few tokens to find out what it does. Throws where it completes nothing at all. */
export async function probe(options: ProbeOptions): Promise<Probed> {
  const prober = new Prober(options);
  const raw = await prober.tryOut('raw');
  const chat = await prober.tryOut('chat');
  const works = typeof raw === 'string' ? chat : raw;
  if (typeof works === 'string') {
    const { url } = options.connection;
    throw new ServerTrouble(
      'refused',
      `${url} completes nothing: raw: ${typeof raw === 'string' ? raw : 'nothing'}; chat: ${works}`,
    );
  }
  const kind = typeof raw === 'string' ? 'chat' : 'raw';
  const { usage, servedBy } = works;
  const abilities = {
    raw: typeof raw !== 'string',
    chat: typeof chat !== 'string',
    seed: await prober.repeatsDraws(kind),
    n: await prober.givesSeveral(kind),
    logprobs: await prober.givesLogprobs(kind),
    promptLogprobs: typeof raw !== 'string' && (await prober.scoresPrompts()),
    scores: typeof raw !== 'string' && (await prober.scoresTokens()),
    usage: usage?.newTokens !== undefined && usage.promptTokens !== undefined,
    // A single short completion may end at once.
    streams: prober.mostPieces > 1,
    tokenize: await prober.tokenizes(),
  };
  return {
    abilities,
    fitting: prober.fitting,
    servedBy,
    why: {
      raw: typeof raw === 'string' ? raw : undefined,
      chat: typeof chat === 'string' ? chat : undefined,
    },
  };
}

const choicesSchema = z.object({
  choices: z.array(z.object({ logprobs: z.unknown() })),
});

const echoSchema = z.object({
  choices: z.tuple([
    z.object({
      text: z.string(),
      logprobs: z.object({ token_logprobs: z.array(z.number().nullable()) }),
    }),
  ]),
  usage: z.object({ prompt_tokens: z.int(), completion_tokens: z.int().nullish() }),
});

type Kind = 'raw' | 'chat';

class Prober {
  fitting: Fitting = AS_IS;
  /** Of all completions so far: events that brought a part of one. */
  mostPieces = 0;
  readonly #options: ProbeOptions;

  constructor(options: ProbeOptions) {
    this.#options = options;
  }

  /** A completion of a few tokens with every field that runs send, or why there is none. */
  async tryOut(kind: Kind, more: Partial<Ask> = {}): Promise<Answered | string> {
    const { connection, identified, patience, onNote, signal } = this.#options;
    const { dialect } = identified;
    const question = dialect.question(this.#ask(kind, more));
    const ask = (): Promise<Answered> =>
      complete(connection, {
        question: fitted(question, this.fitting),
        dialect,
        maxTokens: TOKENS,
        signal,
      });
    try {
      for (;;) {
        try {
          const answered = await patiently(ask, { patience, onNote, signal });
          this.mostPieces = Math.max(this.mostPieces, answered.pieces);
          return answered;
        } catch (error) {
          const better =
            error instanceof ServerTrouble ? refit(this.fitting, question, error) : undefined;
          if (better === undefined) {
            throw error;
          }
          this.fitting = better;
        }
      }
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ServerTrouble) || error.kind === 'unreachable' || isLockedOut(error)) {
        throw error;
      }
      return error.message;
    }
  }

  async repeatsDraws(kind: Kind): Promise<boolean> {
    const drawn: (string | undefined)[] = [];
    for (const seed of [1, 1, 2, 3]) {
      const answer = await this.tryOut(kind, { seed, temperature: 1 });
      drawn.push(typeof answer === 'string' ? undefined : `${answer.reasoning}\n${answer.text}`);
    }
    return drawn[0] !== undefined && drawn[0] === drawn[1] && new Set(drawn).size > 1;
  }

  async givesSeveral(kind: Kind): Promise<boolean> {
    const answer = choicesSchema.safeParse(await this.#once(kind, { n: 2, temperature: 1 }));
    return answer.data?.choices.length === 2;
  }

  async givesLogprobs(kind: Kind): Promise<boolean> {
    const wish = kind === 'raw' ? { logprobs: 1 } : { logprobs: true, top_logprobs: 1 };
    const logprobs = choicesSchema.safeParse(await this.#once(kind, wish)).data?.choices[0]
      ?.logprobs;
    return logprobs !== undefined && logprobs !== null;
  }

  /** Some servers take `echo` and ignore it: the answer must hold all of the prompt's tokens. */
  async scoresPrompts(): Promise<boolean> {
    const { data } = echoSchema.safeParse(await this.#once('raw', { echo: true, logprobs: 1 }));
    if (data === undefined) {
      return false;
    }
    const { choices, usage } = data;
    const { text, logprobs } = choices[0];
    const tokens = usage.prompt_tokens + (usage.completion_tokens ?? 0);
    return text.startsWith(TEXT) && tokens > 2 && logprobs.token_logprobs.length === tokens;
  }

  /** Whether a text can be tokenized and its tokens scored, each of them. */
  async scoresTokens(): Promise<boolean> {
    const { dialect, server } = this.#options.identified;
    const { scoring, pieces } = dialect;
    if (scoring === undefined || pieces === undefined) {
      return false;
    }
    const model = server.model.id;
    const post = (path: string, body: unknown): Promise<unknown> => this.#json(path, body);
    try {
      const text = await pieces({ post }, { model, text: TEXT });
      if (text === undefined) {
        return false;
      }
      const window = { id: 'probe', tokens: text.tokens, scoreFrom: 1 };
      const { path, body } = scoring.question(window, { model, top: 0 });
      return scoring.read(await post(path, body), window, 0).logProbs.length > 0;
    } catch (error) {
      return error instanceof z.ZodError ? false : this.#notAble(error);
    }
  }

  async tokenizes(): Promise<boolean> {
    const { identified } = this.#options;
    const { tokenize } = identified.dialect;
    try {
      const found = await tokenize?.(
        {
          post: (path, body) => this.#json(path, body),
        },
        {
          model: identified.server.model.id,
          prompt: { kind: 'raw', text: TEXT },
          thinking: 'default',
        },
      );
      return found !== undefined && found.length > 0;
    } catch (error) {
      return this.#notAble(error);
    }
  }

  /** One small answer in one piece, in OpenAI's words; `undefined` where the server refuses. */
  async #once(kind: Kind, wish: Readonly<Record<string, unknown>>): Promise<unknown> {
    const { identified } = this.#options;
    const prompt =
      kind === 'raw' ? { prompt: TEXT } : { messages: [{ role: 'user', content: TEXT }] };
    const body = {
      model: identified.server.model.id,
      ...prompt,
      [this.fitting.cap]: 1,
      temperature: 0,
      ...wish,
    };
    const path = kind === 'raw' ? 'completions' : 'chat/completions';
    try {
      return await this.#json(path, body);
    } catch (error) {
      this.#notAble(error);
      return undefined;
    }
  }

  /** What a moment's trouble said would else count as an ability for good. */
  #json(path: string, body: unknown): Promise<unknown> {
    const { connection, patience, onNote, signal } = this.#options;
    return patiently(
      async () => wholeJson(connection.url, await connection.ask({ path, body, signal })),
      { patience: { ...patience, attempts: Math.min(patience.attempts, 3) }, onNote, signal },
    );
  }

  #notAble(error: unknown): false {
    this.#options.signal.throwIfAborted();
    if (error instanceof ServerTrouble && error.kind !== 'unreachable') {
      return false;
    }
    throw error;
  }

  #ask(kind: Kind, more: Partial<Ask>): Ask {
    const { server } = this.#options.identified;
    return {
      model: server.model.id,
      prompt: kind === 'raw' ? { kind, text: TEXT } : { kind, system: undefined, user: 'Say hi.' },
      maxTokens: TOKENS,
      temperature: 0,
      topP: 1,
      topK: 0,
      seed: 1,
      stop: kind === 'raw' ? ['\nclass ', '\n#'] : [],
      thinking: 'default',
      contextSize: server.contextSize,
      isFresh: false,
      ...more,
    };
  }
}

function isLockedOut({ status }: ServerTrouble): boolean {
  return status === 401 || status === 403;
}
