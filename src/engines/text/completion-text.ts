import type { StopReason } from '../../records/completion.ts';
import type { StopRule } from '../../records/plan.ts';
import type { Detokenizer } from './detokenizer.ts';
import { type Beginning, findStop, type Stop } from '../stop.ts';

/** One completion while it is generated: its tokens, their exact text, and where it ends. */
export class CompletionText {
  readonly tokens: number[] = [];
  /** Holds back the start of a UTF-8 sequence until the rest has come. */
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #detokenizer: Detokenizer;
  readonly #stop: StopRule;
  readonly #maxTokens: number;
  readonly #beginning: Beginning | undefined;
  #text = '';

  constructor(
    detokenizer: Detokenizer,
    limits: { readonly stop: StopRule; readonly maxTokens: number },
    beginning?: Beginning,
  ) {
    this.#detokenizer = detokenizer;
    this.#stop = limits.stop;
    this.#maxTokens = limits.maxTokens;
    this.#beginning = beginning;
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
    const piece = this.#decoder.decode(this.#detokenizer.bytes(token), { stream: true });
    this.#text += piece;
    const stop = this.#stopBehind(piece);
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

  /** What is no sequence ends with a line: the rest of the time there is nothing to look for. */
  #stopBehind(piece: string): Stop | undefined {
    return this.#stop.kind === 'sequences' || piece.includes('\n')
      ? findStop(this.#stop, this.#text, this.#beginning)
      : undefined;
  }

  /** A control token has no text of its own, but `<file_sep>` is one where a model has it. */
  #isStopToken(token: number): boolean {
    const name = this.#detokenizer.controlName(token);
    return (
      name !== undefined && this.#stop.kind === 'sequences' && this.#stop.sequences.includes(name)
    );
  }
}
