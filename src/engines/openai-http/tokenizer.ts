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

/** Makes tokens by asking the server; what it has encoded once it knows. */
export class Tokenizer {
  readonly #replica: ReplicaServer;
  readonly #identified: Identified;
  readonly #thinking: Thinking;
  readonly #known = new Map<string, readonly number[]>();

  constructor(replica: ReplicaServer, identified: Identified, thinking: Thinking) {
    this.#replica = replica;
    this.#identified = identified;
    this.#thinking = thinking;
  }

  /** How many tokens a prompt has that was encoded before. */
  known(prompt: Prompt): number | undefined {
    return this.#known.get(JSON.stringify(prompt))?.length;
  }

  capability(
    guard: <T>(signal: AbortSignal, act: () => Promise<T>) => Promise<T>,
  ): TokensCapability {
    const { signal } = new AbortController();
    return {
      contextSize: this.#identified.server.contextSize ?? 'auto',
      encode: (prompts) =>
        guard(signal, () =>
          pMap(prompts, (prompt) => this.#encode(prompt, signal), { concurrency: AT_ONCE }),
        ),
      tokenize: (texts) =>
        guard(signal, () =>
          pMap(texts, (text) => this.#tokenize(text, signal), { concurrency: AT_ONCE }),
        ),
    };
  }

  async #encode(prompt: Prompt, signal: AbortSignal): Promise<readonly number[]> {
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
    this.#known.set(key, ids);
    return ids;
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
