import type { Pass, PassTokens } from '../../generation.ts';

/** Times each pass from its beginning to that of the next one. */
export class PassTimer {
  readonly #onPass: (pass: Pass) => void;
  #current: { readonly tokens: PassTokens; readonly start: number } | undefined;

  constructor(onPass: (pass: Pass) => void) {
    this.#onPass = onPass;
  }

  next(tokens: PassTokens): void {
    this.end();
    this.#current = { tokens, start: performance.now() };
  }

  /** Ends the last pass. */
  end(): void {
    if (this.#current !== undefined) {
      const { tokens, start } = this.#current;
      this.#onPass({ ...tokens, ms: performance.now() - start });
    }
    this.#current = undefined;
  }
}
