import type { StopReason } from '../../records/completion.ts';
import type { DraftCounts } from '../../records/draft-counts.ts';
import type { GenerationRequest, GenerationResult } from '../generation.ts';
import { type Beginning, beginningOf } from '../stop.ts';
import { CompletionText } from '../text/completion-text.ts';
import type { Detokenizer } from '../text/detokenizer.ts';
import type { Step } from './protocol.ts';

/** A prompt as the model sees it. */
export interface RenderedPrompt {
  readonly tokens: readonly number[];
  readonly sha256: string;
  /** The end of its text. */
  readonly end: string;
}

export interface Item {
  readonly request: GenerationRequest;
  readonly prompt: RenderedPrompt;
}

/** What text is made of tokens with. */
export interface Reading {
  readonly detokenizer: Detokenizer;
  /** Tokens that end a completion. */
  readonly ends: ReadonlySet<number>;
}

/** One completion under way: what has come of it, and when. */
export class Answer {
  readonly #item: Item;
  readonly #reading: Reading;
  readonly #completion: CompletionText;
  readonly #beginning: Beginning;
  readonly #draft = { drafted: 0, accepted: 0, passes: 0 };
  #drafts = false;
  #firstMs: number | undefined;
  #lastMs = 0;
  #stopReason: StopReason | undefined;

  constructor(item: Item, reading: Reading) {
    this.#item = item;
    this.#reading = reading;
    this.#beginning = beginningOf(item.request.stop, item.prompt.end);
    this.#completion = new CompletionText(reading.detokenizer, item.request, this.#beginning);
  }

  /** Tokens so far, an end token not included. */
  get newTokens(): number {
    return this.#completion.tokens.length;
  }

  /** Milliseconds to the first token and to the last; of a completion without tokens to its end. */
  get times(): { readonly firstMs: number; readonly lastMs: number } {
    return { firstMs: this.#firstMs ?? this.#lastMs, lastMs: this.#lastMs };
  }

  /** Takes the tokens of a pass, of which those behind the end are dropped. True: it has ended. */
  take(tokens: readonly number[], { atMs, drafted, accepted }: Omit<Step, 'tokens'>): boolean {
    this.#draft.passes += 1;
    if (drafted !== undefined) {
      this.#drafts = true;
      this.#draft.drafted += drafted;
      this.#draft.accepted += accepted ?? 0;
    }
    for (const token of tokens) {
      if (this.#reading.ends.has(token)) {
        this.#completion.end();
        this.#stopReason = 'end-token';
        // An end token is no token of the completion, and none that time is counted to.
        this.#lastMs ||= atMs;
        return true;
      }
      this.#firstMs ??= atMs;
      this.#lastMs = atMs;
      this.#stopReason = this.#completion.add(token);
      if (this.#stopReason !== undefined) {
        return true;
      }
    }
    return false;
  }

  /** What has ended, as the contract has it. */
  result(): GenerationResult & {
    readonly tokens: readonly number[];
    readonly promptTokens: number;
  } {
    const { request, prompt } = this.#item;
    if (this.#stopReason === undefined) {
      throw new Error(`${request.id} has not ended`);
    }
    const draft: DraftCounts = { ...this.#draft };
    return {
      id: request.id,
      text: this.#completion.text,
      stopReason: this.#stopReason,
      renderedSha256: prompt.sha256,
      promptTokens: prompt.tokens.length,
      tokens: this.#completion.tokens,
      ...this.#beginning,
      ...(this.#drafts ? { draft } : {}),
    };
  }
}
