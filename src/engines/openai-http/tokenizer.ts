import pMap from 'p-map';
import type { Prompt } from '../../records/prompt.ts';
import type { TokensCapability } from '../capabilities.ts';
import type { TokenizedText } from '../scoring.ts';
import type { Thinking } from './dialects/dialect.ts';
import { wholeJson } from './event-stream.ts';
import type { Identified } from './identify.ts';
import type { ReplicaServer } from './replica.ts';
import { promptOf } from './requests.ts';
import { ServerTrouble } from './trouble.ts';

const AT_ONCE = 8;

/** Counts tokens by asking the server; what it has counted once it knows. */
export class Tokenizer {
  readonly #replica: ReplicaServer;
  readonly #identified: Identified;
  readonly #thinking: Thinking;
  readonly #known = new Map<string, number>();

  constructor(replica: ReplicaServer, identified: Identified, thinking: Thinking) {
    this.#replica = replica;
    this.#identified = identified;
    this.#thinking = thinking;
  }

  /** Tokens of a prompt that was counted before. */
  known(prompt: Prompt): number | undefined {
    return this.#known.get(JSON.stringify(prompt));
  }

  capability(
    guard: <T>(signal: AbortSignal, act: () => Promise<T>) => Promise<T>,
  ): TokensCapability {
    const { signal } = new AbortController();
    return {
      contextSize: this.#identified.server.contextSize ?? 'auto',
      count: (prompts) =>
        guard(signal, () =>
          pMap(prompts, (prompt) => this.#count(prompt, signal), { concurrency: AT_ONCE }),
        ),
      tokenize: (texts) =>
        guard(signal, () =>
          pMap(texts, (text) => this.#tokenize(text, signal), { concurrency: AT_ONCE }),
        ),
    };
  }

  async #count(prompt: Prompt, signal: AbortSignal): Promise<number> {
    const key = JSON.stringify(prompt);
    const found = this.#known.get(key);
    if (found !== undefined) {
      return found;
    }
    const { dialect, server } = this.#identified;
    const ids = await this.#replica.ask(
      () =>
        dialect.tokenize?.(this.#asking(signal), {
          model: server.model.id,
          prompt: promptOf(prompt),
          thinking: this.#thinking,
        }) ?? Promise.resolve(undefined),
    );
    if (ids === undefined) {
      throw new ServerTrouble(
        'refused',
        `${this.#replica.connection.url} does not tokenize a prompt`,
      );
    }
    this.#known.set(key, ids.length);
    return ids.length;
  }

  async #tokenize(text: string, signal: AbortSignal): Promise<TokenizedText> {
    const found = await this.#replica.ask(
      () =>
        this.#identified.dialect.pieces?.(this.#asking(signal), {
          model: this.#identified.server.model.id,
          text,
        }) ?? Promise.resolve(undefined),
    );
    if (found === undefined) {
      throw new ServerTrouble(
        'refused',
        `${this.#replica.connection.url} does not show the pieces of a text`,
      );
    }
    return found;
  }

  #asking(signal: AbortSignal) {
    const { connection } = this.#replica;
    return {
      post: async (path: string, body: unknown): Promise<unknown> =>
        wholeJson(connection.url, await connection.ask({ path, body, signal })),
    };
  }
}
