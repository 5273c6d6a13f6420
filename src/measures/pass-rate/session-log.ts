import type { GenerationResult, GenerationStats } from '../../engines/generation.ts';
import type { EngineSessionRecord } from '../../records/completion.ts';
import type { RunStore } from '../../store/run-store.ts';

type Facts = Omit<EngineSessionRecord, 'version' | 'pass' | 'wallMs' | 'completions' | 'session'>;

/**
 * The line of one engine session of the quality pass. It is written when the session begins and anew
 * with each completion, so that one that is killed at any moment leaves what it did: its time counts up
 * to its last completion, since what it had begun beyond is done again.
 */
export class SessionLog {
  readonly #store: RunStore;
  readonly #begun: Pick<EngineSessionRecord, 'version' | 'pass' | 'session'> & Facts;
  readonly #start = performance.now();
  #completions = 0;
  /** `undefined` once the engine has not shown those of a completion. */
  #tokens: { promptTokens: number; newTokens: number } | undefined = {
    promptTokens: 0,
    newTokens: 0,
  };

  constructor(store: RunStore, facts: Facts) {
    this.#store = store;
    this.#begun = { version: 1, session: store.nextSession, pass: 'quality', ...facts };
    this.#write(0);
  }

  add({ promptTokens, tokens }: GenerationResult): void {
    const { promptTokens: prompts, newTokens } = this.#tokens ?? {};
    this.#completions += 1;
    this.#tokens =
      prompts === undefined || newTokens === undefined || promptTokens === undefined || !tokens
        ? undefined
        : { promptTokens: prompts + promptTokens, newTokens: newTokens + tokens.length };
    this.#write(performance.now() - this.#start);
  }

  /** Writes down how the session ended, with what the engine says of it. */
  end(
    stats: Omit<GenerationStats, 'cpuMs' | 'threadUse'> &
      Pick<EngineSessionRecord, 'othersCpuShare' | 'threadUse'>,
  ): void {
    this.#store.addSession({ ...this.#begun, ...stats, completions: this.#completions });
  }

  #write(wallMs: number): void {
    this.#store.addSession({
      ...this.#begun,
      isOpen: true,
      wallMs,
      completions: this.#completions,
      ...this.#tokens,
    });
  }
}
