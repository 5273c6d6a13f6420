import type { StopReason } from '../records/completion.ts';
import type { DraftCosts } from '../records/draft-costs.ts';
import type { DraftCounts } from '../records/draft-counts.ts';
import type { Decode } from '../records/decode.ts';
import type { StopRule } from '../records/plan.ts';
import type { Prompt } from '../records/prompt.ts';
import type { ThreadUse } from '../records/thread-use.ts';

/** One completion to generate. */
export interface GenerationRequest {
  /** The caller's name for it; comes back with the result. */
  readonly id: string;
  readonly prompt: Prompt;
  readonly maxTokens: number;
  readonly stop: StopRule;
  readonly decode: Decode;
  /** Decides what is drawn, from 0 to 2^32 - 2: each sample needs one of its own. */
  readonly seed: number;
}

/** Another model's completion of the same prompt. */
export interface ReferenceCompletion {
  readonly text: string;
  /** All its token ids, those that a stop cut off too; absent: its engine shows none. */
  readonly tokens?: readonly number[] | undefined;
}

/** One generated completion. */
export interface GenerationResult {
  readonly id: string;
  /** What was generated, `answerPrefix` not included, without what a stop sequence cut off. */
  readonly text: string;
  /** What the model thought, where a server keeps it apart from the text. */
  readonly reasoning?: string | undefined;
  readonly stopReason: StopReason;
  /** Absent where the engine does not show tokens. */
  readonly promptTokens?: number | undefined;
  /** sha256 of the rendered prompt's text, special tokens included; absent: it is not shown. */
  readonly renderedSha256?: string | undefined;
  /** All generated token ids, a final end token not included; absent: they are not shown. */
  readonly tokens?: readonly number[] | undefined;
  /** What the model was given ended in an open thought. */
  readonly inThought?: true | undefined;
  /** With a draft: what was drafted for this completion. */
  readonly draft?: DraftCounts | undefined;
  /** Of a replay: how much of the reference's completion was checked for this one. */
  readonly replay?: DraftCounts | undefined;
}

/** What one pass over the weights evaluates. */
export interface PassTokens {
  readonly promptTokens: number;
  /** Tokens of completions, one a sequence; where one token of a prompt was left, it too. */
  readonly newTokens: number;
  /** Tokens that belong to no completion and only let others be evaluated together. */
  readonly fillers: number;
}

/** One pass over the weights. */
export interface Pass extends PassTokens {
  /** Milliseconds until the next one began, so choosing the tokens is included. */
  readonly ms: number;
}

/** Totals of one `generate` call. */
export interface GenerationStats {
  /** Milliseconds from the first prompt to the last token. */
  readonly wallMs: number;
  /** Both absent where the engine does not show tokens. */
  readonly promptTokens?: number | undefined;
  readonly newTokens?: number | undefined;
  /** Highest resident set of the engine's process so far, in bytes. */
  readonly peakRssBytes?: number | undefined;
  /** Processor time that the engine's process used, all threads together, in milliseconds. */
  readonly cpuMs?: number | undefined;
  /** Where the engine changes its thread count while it computes: for how long it had which. */
  readonly threadUse?: readonly ThreadUse[] | undefined;
  /** With a draft: the costs that decided how much was drafted. */
  readonly draftCosts?: DraftCosts | undefined;
}

export interface GenerateOptions {
  readonly requests: readonly GenerationRequest[];
  /** Tokens that each sequence can hold; `undefined`: the engine decides. */
  readonly contextSize: number | undefined;
  /** Called once a request, in the order in which completions end. */
  readonly onResult: (result: GenerationResult) => void;
  /**
   * Called now and then with all new tokens so far and, where the engine tells, how many each completion
   * has that is under way.
   */
  readonly onNewTokens?: (newTokens: number, underWay?: readonly number[]) => void;
  /** Called after each pass over the weights, to see where the time goes. */
  readonly onPass?: (pass: Pass) => void;
  /**
   * What drafting costs, as an earlier session recorded it: with it, the same completions draft the
   * same. Where neither this session nor the caller knows it, it is measured before the first
   * completion of that mode.
   */
  readonly draftCosts?: DraftCosts | undefined;
  readonly signal: AbortSignal;
}
