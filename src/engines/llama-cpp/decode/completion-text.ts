import type { StopReason } from '../../../records/completion.ts';
import type { StopRule } from '../../../records/plan.ts';
import type { Detokenizer } from './detokenizer.ts';
import { findStop } from './stop.ts';

/** One completion while it is generated: its tokens, their exact text, and where it ends. */
export class CompletionText {
  readonly tokens: number[] = [];
  /** Holds back the start of a UTF-8 sequence until the rest has come. */
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #detokenizer: Detokenizer;
  readonly #stop: StopRule;
  readonly #maxTokens: number;
  #text = '';

  constructor(
    detokenizer: Detokenizer,
    limits: { readonly stop: StopRule; readonly maxTokens: number },
  ) {
    this.#detokenizer = detokenizer;
    this.#stop = limits.stop;
    this.#maxTokens = limits.maxTokens;
  }

  /** The text so far; final once `add` has given a reason or `end` was called. */
  get text(): string {
    return this.#text;
  }

  /**
   * Takes the next token, an end token excepted. Returns why the completion ends with it, if it
   * does.
   */
  add(token: number): StopReason | undefined {
    this.tokens.push(token);
    if (this.#isStopToken(token)) {
      this.end();
      return 'stop-sequence';
    }
    this.#text += this.#decoder.decode(this.#detokenizer.bytes(token), { stream: true });
    const stop = findStop(this.#stop, this.#text);
    if (stop !== undefined) {
      this.#text = this.#text.slice(0, stop.length);
      return stop.reason;
    }
    if (this.tokens.length < this.#maxTokens) {
      return undefined;
    }
    this.end();
    return 'max-tokens';
  }

  /** Ends the text; a UTF-8 sequence that was never finished becomes U+FFFD. */
  end(): void {
    this.#text += this.#decoder.decode();
  }

  /** A control token has no text of its own, but `<file_sep>` is one where a model has it. */
  #isStopToken(token: number): boolean {
    const name = this.#detokenizer.controlName(token);
    return (
      name !== undefined && this.#stop.kind === 'sequences' && this.#stop.sequences.includes(name)
    );
  }
}
