import type { DraftCosts } from '../records/draft-costs.ts';
import type { Prompt } from '../records/prompt.ts';
import type {
  GenerateOptions,
  GenerationRequest,
  GenerationResult,
  GenerationStats,
  ReferenceCompletion,
} from './generation.ts';
import type { ScoreOptions, ScoreStats, TokenizedText } from './scoring.ts';

/*
 * What an engine may be able to do beside generating. A session has a capability's object exactly
 * where its engine lists the capability.
 */

/** Why a cell lacks a figure where its engine lacks the capability, after the engine's name. */
const LACKS = {
  tokens: 'does not show tokens',
  timing: 'does not time single completions',
  scoring: 'gives no log-probabilities of a text',
  benchmark: 'does not run fixed lengths',
  throughput: 'serves no requests',
  drafts: 'takes no drafts',
  replay: 'reads along with no reference',
  process: 'has no process on this machine',
} as const;

/** What an engine may be able to do beside generating. */
export type Capability = keyof typeof LACKS;

export const CAPABILITIES = Object.keys(LACKS).filter((name): name is Capability => name in LACKS);

/** What an engine is able to do that computes on this machine, by libraries that show their tokens. */
export const LOCAL_CAPABILITIES: ReadonlySet<Capability> = new Set(
  CAPABILITIES.filter((name) => name !== 'throughput' && name !== 'replay'),
);

/** Why capabilities are missing, in words of an engine's own. */
export type Lacks = Partial<Readonly<Record<Capability, string>>>;

/** Why an engine cannot be asked for something; `undefined`: it can. */
export function missingCapability(
  engine: {
    readonly name: string;
    readonly capabilities: ReadonlySet<Capability>;
    readonly lacks?: Lacks | undefined;
  },
  needs: readonly Capability[],
): string | undefined {
  const missing = needs.find((capability) => !engine.capabilities.has(capability));
  return missing === undefined
    ? undefined
    : (engine.lacks?.[missing] ?? `the engine ${engine.name} ${LACKS[missing]}`);
}

/** Token counts and texts as the model sees them. */
export interface TokensCapability {
  /** Tokens a sequence can hold, where the settings say; `auto`: the caller chooses. */
  readonly contextSize: number | 'auto';
  /** Token ids of each rendered prompt, in order. Throws `EvalkitError` where one cannot be rendered. */
  encode(prompts: readonly Prompt[]): Promise<(readonly number[])[]>;
  /**
   * Texts as the model sees them, in order; what looks like a control token in one stays plain
   * text.
   */
  tokenize(texts: readonly string[]): Promise<TokenizedText[]>;
}

/** Scores of given texts. Comes with `tokens`. */
export interface ScoringCapability {
  /**
   * Scores the tokens of windows, one window after the other. Rejects as `generate` does; scores that
   * came before stay good.
   */
  score(options: ScoreOptions): Promise<ScoreStats>;
}

/** One completion generated alone, with its times in milliseconds. */
export interface TimedResult extends GenerationResult {
  readonly promptTokens: number;
  /** Tokens that were generated, a final end token not included. */
  readonly newTokens: number;
  /**
   * From the request's arrival at the engine to the first token: tokenizing and prefill, the
   * draft's too, are in it. A completion without tokens: to its end token.
   */
  readonly ttftMs: number;
  /** From the first token to the last, an end token not included. */
  readonly decodeMs: number;
  /** Highest resident set of the engine's process so far, in bytes. */
  readonly peakRssBytes?: number | undefined;
  /** Processor time that the engine's process used for it, all threads together, in milliseconds. */
  readonly cpuMs?: number | undefined;
  /** With a draft: the costs that decided how much was drafted. */
  readonly draftCosts?: DraftCosts | undefined;
}

export interface TimeOptions {
  readonly request: GenerationRequest;
  /** Tokens that the sequence can hold; `undefined`: the engine decides. */
  readonly contextSize: number | undefined;
  /** As in `GenerateOptions`. */
  readonly draftCosts?: DraftCosts | undefined;
  readonly signal: AbortSignal;
}

/** Times of single completions. */
export interface TimingCapability {
  /** Generates one completion, alone, and times it. Nothing is left over from those before. */
  time(options: TimeOptions): Promise<TimedResult>;
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
  readonly peakRssBytes?: number | undefined;
  /** Tokens that each sequence could hold. */
  readonly contextSize: number;
  /** Absent for models whose cache does not hold all tokens, as with sliding windows. */
  readonly memory?: MemoryNeed | undefined;
}

/** Fixed lengths, timed. */
export interface BenchmarkCapability {
  /**
   * Times prompts in a context of their own, which is warmed up first; what is chosen are the
   * likeliest tokens. Throws a usage error where the lengths exceed `contextSize`.
   */
  run(options: BenchmarkOptions): Promise<BenchmarkResult>;
}

/** Requests that are sent to a server, so many at once to each. */
export interface ThroughputOptions {
  readonly prompts: readonly Prompt[];
  /** The most tokens of each completion; a model may end one before. */
  readonly newTokens: number;
  readonly parallel: number;
  readonly signal: AbortSignal;
}

/** A round of requests, from the first one sent to the last one's end. */
export interface ThroughputResult {
  readonly wallMs: number;
  readonly requests: number;
  /** As the server counts them. */
  readonly promptTokens: number;
  readonly newTokens: number;
}

/** What a server does for several at once. */
export interface ThroughputCapability {
  /** Times a round. Nothing that was computed before is used, where the server can be told so. */
  run(options: ThroughputOptions): Promise<ThroughputResult>;
}

/** A draft model that was loaded beside the model. */
export interface DraftInfo {
  readonly loadMs: number;
  /** Resident set of the engine's process before it was loaded and after it first computed. */
  readonly rssBeforeBytes: number;
  readonly rssAfterBytes: number;
}

/** Drafts: by a smaller model, or copied from earlier text. */
export interface DraftsCapability {
  /**
   * Loads the model that drafts, in place of one loaded before. Throws `EvalkitError` for weights
   * that are not a model, or whose vocabulary is another one.
   */
  load(path: string, onProgress?: (share: number) => void): Promise<DraftInfo>;
}

export interface ReplayOptions extends GenerateOptions {
  /** By the request's id; a request without one is generated as any other. */
  readonly references: ReadonlyMap<string, ReferenceCompletion>;
}

/** Greedy completions that are likely to be much as a reference's. */
export interface ReplayCapability {
  /**
   * Generates the completions that `generate` would, `parallel` at once: reads many of the reference's
   * tokens in a pass and keeps those that are the model's own choice. What the reference says decides how
   * fast that goes, and which tokens share a pass, nothing else. Rejects as `generate` does.
   */
  generate(options: ReplayOptions): Promise<GenerationStats>;
}
