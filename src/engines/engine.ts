import type { DraftCosts } from '../records/draft-costs.ts';
import type { Decode } from '../records/decode.ts';
import type { EngineIdentity, EngineSettings, StopRule } from '../records/plan.ts';
import type { StopReason } from '../records/completion.ts';
import type { DraftCounts } from '../records/draft-counts.ts';
import type { ScoreOptions, ScoreStats, TokenizedText } from './scoring.ts';

/** What a model is given. */
export type Prompt =
  /** Text to be continued; control tokens in it stay plain text. */
  | { readonly kind: 'text'; readonly text: string }
  /** A conversation, rendered with the model's own template; the answer begins with `answerPrefix`. */
  | {
      readonly kind: 'chat';
      readonly system: string | undefined;
      readonly user: string;
      readonly answerPrefix: string;
    };

/** One answer to generate. */
export interface GenerationRequest {
  /** The caller's name for it; comes back with the result. */
  readonly id: string;
  readonly prompt: Prompt;
  readonly maxTokens: number;
  readonly stop: StopRule;
  readonly decode: Decode;
  /** Decides what `sample` draws, from 0 to 2^32 - 2: each sample needs one of its own. */
  readonly seed: number;
}

/** One generated answer. */
export interface GenerationResult {
  readonly id: string;
  /** What was generated, `answerPrefix` not included, without what a stop sequence cut off. */
  readonly text: string;
  readonly stopReason: StopReason;
  /** sha256 of the rendered prompt's text, special tokens included. */
  readonly renderedSha256: string;
  readonly promptTokens: number;
  /** All generated token ids, a final end token not included. */
  readonly tokens: readonly number[];
  /** With `assisted` and `lookup`: what was drafted for this answer. */
  readonly draft?: DraftCounts | undefined;
}

/** One answer generated alone, with its times in milliseconds. */
export interface TimedResult extends GenerationResult {
  /**
   * From the request's arrival at the engine to the first token: tokenizing and prefill, the
   * draft's too, are in it. An answer without tokens: to its end token.
   */
  readonly ttftMs: number;
  /** From the first token to the last, an end token not included. */
  readonly decodeMs: number;
  /** Highest resident set of the engine's process so far, in bytes. */
  readonly peakRssBytes: number;
  /** Processor time that the engine's process used for it, all threads together, in milliseconds. */
  readonly cpuMs: number;
  /** With `assisted` and `lookup`: the costs that decided how much was drafted. */
  readonly draftCosts?: DraftCosts | undefined;
}

/** A draft model that was loaded beside the model. */
export interface DraftInfo {
  readonly loadMs: number;
  /** Resident set of the engine's process before it was loaded and after it first computed. */
  readonly rssBeforeBytes: number;
  readonly rssAfterBytes: number;
}

/** What one pass over the weights evaluates. */
export interface PassTokens {
  readonly promptTokens: number;
  /** Tokens of answers, one a sequence; where one token of a prompt was left, it too. */
  readonly newTokens: number;
  /** Tokens that belong to no answer and only let others be evaluated together. */
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
  readonly promptTokens: number;
  readonly newTokens: number;
  /** Highest resident set of the engine's process so far, in bytes. */
  readonly peakRssBytes: number;
  /** With `assisted` and `lookup`: the costs that decided how much was drafted. */
  readonly draftCosts?: DraftCosts | undefined;
}

/** What is known of a model once it is loaded. */
export interface SessionInfo {
  readonly loadMs: number;
  readonly threads: number;
  /** How the thread count was chosen, as `option`, or `rule; 1 thread was slower (31 against 52 tok/s)`. */
  readonly threadsChosenBy: string;
  /** `cpu`, `cuda`, `vulkan` or `metal`. */
  readonly backend: string;
  /** llama.cpp's list of CPU features. */
  readonly systemInfo: string;
  /** The context that the model was trained with, in tokens. */
  readonly trainContextSize: number;
  readonly hasChatTemplate: boolean;
}

export interface OpenOptions {
  readonly modelPath: string;
  /** Threads to compute with; `undefined`: the engine's rule. */
  readonly threads: number | undefined;
  readonly settings: EngineSettings;
  /** Highest resident set of the engine's process, in bytes; over it the process ends. */
  readonly memoryBytes?: number;
  /** Share of the model that is loaded, 0 to 1. */
  readonly onLoadProgress?: (share: number) => void;
  readonly signal: AbortSignal;
}

export interface GenerateOptions {
  readonly requests: readonly GenerationRequest[];
  /** Tokens that each sequence can hold. */
  readonly contextSize: number;
  /** Called once a request, in the order in which answers end. */
  readonly onResult: (result: GenerationResult) => void;
  /** Called now and then with all new tokens so far. */
  readonly onNewTokens?: (newTokens: number) => void;
  /** Called after each pass over the weights, to see where the time goes. */
  readonly onPass?: (pass: Pass) => void;
  /**
   * What drafting costs, as an earlier session recorded it: with it, the same answers draft the
   * same. Where neither this session nor the caller knows it, it is measured before the first
   * answer of that mode.
   */
  readonly draftCosts?: DraftCosts | undefined;
  readonly signal: AbortSignal;
}

/** Fixed lengths, whatever the model says: its end tokens count as any other. */
export interface BenchmarkShape {
  /** Sequences evaluated at once, each with a prompt of its own. */
  readonly sequences: number;
  readonly promptTokens: number;
  /** What every sequence reads, of `promptTokens` tokens; absent: tokens that are made up. */
  readonly prompt?: Prompt | undefined;
  /** Passes after the prompts, each with one token of every sequence. */
  readonly newTokens: number;
}

export interface BenchmarkOptions extends BenchmarkShape {
  /** Tokens that each sequence can hold; absent: prompt and new tokens. */
  readonly contextSize?: number;
  readonly signal: AbortSignal;
}

/** Memory that a model and a context of it take up by their shapes, in bytes. */
export interface MemoryNeed {
  readonly weightBytes: number;
  /** Keys and values of all sequences. */
  readonly cacheBytes: number;
  /** What passes are computed in, reserved for the worst case. */
  readonly bufferBytes: number;
  readonly totalBytes: number;
}

/** One measurement; throughput is `sequences` × tokens over the time. */
export interface BenchmarkResult {
  /** Milliseconds from the first prompt to the first token of every sequence. */
  readonly prefillMs: number;
  /** Milliseconds of the `newTokens` passes after it. */
  readonly decodeMs: number;
  /** Highest resident set of the engine's process so far, in bytes. */
  readonly peakRssBytes: number;
  /** Tokens that each sequence could hold. */
  readonly contextSize: number;
  /** Absent for models whose cache does not hold all tokens, as with sliding windows. */
  readonly memory?: MemoryNeed | undefined;
}

export interface TimeOptions {
  readonly request: GenerationRequest;
  /** Tokens that the sequence can hold. */
  readonly contextSize: number;
  /** As in `GenerateOptions`. */
  readonly draftCosts?: DraftCosts | undefined;
  readonly signal: AbortSignal;
}

/** A loaded model in a process of its own. It does one thing at a time. */
export interface EngineSession extends AsyncDisposable {
  readonly info: SessionInfo;
  /** Tokens of each rendered prompt, in order. Throws `EvalkitError` where a prompt cannot be rendered. */
  countTokens(prompts: readonly Prompt[]): Promise<number[]>;
  /**
   * Generates all answers, `settings.parallel` sequences at once (with drafts: one after the
   * other). Rejects with `EngineFailure` if the process dies or hangs; results that came before stay
   * good.
   */
  generate(options: GenerateOptions): Promise<GenerationStats>;
  /** Texts as the model sees them, in order; what looks like a control token in one stays plain text. */
  tokenize(texts: readonly string[]): Promise<TokenizedText[]>;
  /**
   * Scores the tokens of windows, one window after the other. Rejects as `generate` does; scores that
   * came before stay good.
   */
  scoreTokens(options: ScoreOptions): Promise<ScoreStats>;
  /**
   * Times prompts in a context of their own, which is warmed up first; what is chosen are the
   * likeliest tokens. Throws a usage error where the lengths exceed `contextSize`.
   */
  benchmark(options: BenchmarkOptions): Promise<BenchmarkResult>;
  /**
   * Loads the model that drafts for `assisted`, in place of one loaded before. Throws `EvalkitError`
   * for a file that is no model, or whose vocabulary is another one.
   */
  loadDraft(path: string, onProgress?: (share: number) => void): Promise<DraftInfo>;
  /** Generates one answer, alone, and times it. Nothing is left over from answers before. */
  time(options: TimeOptions): Promise<TimedResult>;
}

/** Something that generates: llama.cpp here, others to come. */
export interface Engine {
  readonly identity: EngineIdentity;
  /**
   * Loads a model. Throws `EvalkitError` for a file that is no model of this engine, and
   * `EngineFailure` if the process dies or hangs.
   */
  open(options: OpenOptions): Promise<EngineSession>;
}

/** The engine's process died, hung or ran out of memory: never a wrong answer of the model. */
export class EngineFailure extends Error {
  /** `killed`: by a SIGKILL from outside, as from the system where memory runs out. */
  readonly reason: 'died' | 'killed' | 'hung' | 'out-of-memory' | 'failed';
  /** The last lines that the engine logged. */
  readonly logTail: readonly string[];

  constructor(reason: EngineFailure['reason'], message: string, logTail: readonly string[]) {
    super(message);
    this.name = 'EngineFailure';
    this.reason = reason;
    this.logTail = logTail;
  }
}
