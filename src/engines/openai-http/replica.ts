import type { Connection } from './connection.ts';
import type { Identified } from './identify.ts';
import { stillIs } from './identify.ts';
import { type Patience, patiently } from './patience.ts';
import { ServerTrouble } from './trouble.ts';

export interface ReplicaOptions {
  readonly connection: Connection;
  readonly identified: Identified;
  /** What answers call the model; `undefined`: they do not say. */
  readonly servedBy: string | undefined;
  readonly patience: Patience;
  readonly onNote: (text: string) => void;
  readonly signal: AbortSignal;
}

/** One server of a session, which must stay what it was found to be. */
export class ReplicaServer {
  readonly connection: Connection;
  readonly #options: ReplicaOptions;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(options: ReplicaOptions) {
    this.connection = options.connection;
    this.#options = options;
  }

  /**
   * Resolves when the server has said once more, after this call, that it is what it was. Calls that
   * come while one is asked share the next. Throws a `ServerTrouble` where it is another.
   */
  verify(): Promise<void> {
    if (this.#running === undefined) {
      this.#running = this.#ask().finally(() => {
        this.#running = undefined;
      });
      return this.#running;
    }
    const begin = (): Promise<void> => {
      this.#next = undefined;
      return this.verify();
    };
    this.#next ??= this.#running.then(begin, begin);
    return this.#next;
  }

  /** Throws a `ServerTrouble` for an answer that says it is another model's. */
  checkAnswer(servedBy: string | undefined): void {
    const { servedBy: before } = this.#options;
    if (before !== undefined && servedBy !== undefined && servedBy !== before) {
      throw new ServerTrouble(
        'changed',
        `${this.connection.url} answers as ${servedBy}, and before as ${before}: the model changed during the run`,
      );
    }
  }

  async ask<T>(ask: () => Promise<T>): Promise<T> {
    const { patience, onNote, signal } = this.#options;
    return patiently(ask, { patience, onNote, beforeRetry: () => this.verify(), signal });
  }

  #ask(): Promise<void> {
    const { connection, identified, patience, onNote, signal } = this.#options;
    return patiently(() => stillIs(connection, identified, signal), { patience, onNote, signal });
  }
}
