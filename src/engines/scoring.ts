/** A text as a model sees it. */
export interface TokenizedText {
  /** Token ids; the first is BOS where the model asks for one. */
  readonly tokens: readonly number[];
  /** How many bytes of text each token stands for; none for BOS. */
  readonly bytes: readonly number[];
  /** The id of BOS where the model asks for one. */
  readonly bos: number | undefined;
}

/** Tokens that are evaluated in one piece, of which the later ones are scored. */
export interface ScoreWindow {
  /** The caller's name for it; comes back with the scores. */
  readonly id: string;
  readonly tokens: readonly number[];
  /** Index of the first token that is scored, at least 1: the first token has nothing before it. */
  readonly scoreFrom: number;
  /** For each scored token: ids whose log-probabilities at its place are wanted too. */
  readonly follow?: readonly (readonly number[])[] | undefined;
}

/** Log-probabilities (natural logarithm) of some ids, place by place. */
export interface Distributions {
  readonly ids: readonly (readonly number[])[];
  readonly logProbs: readonly (readonly number[])[];
}

/** What a model thinks of a window; lists have one entry a scored token. */
export interface WindowScores {
  readonly id: string;
  /** Natural logarithm of the token's probability after all before it, softmax over all tokens. */
  readonly logProbs: readonly number[];
  /** The likeliest token at its place. */
  readonly likeliest: readonly number[];
  /** Where `top` or `follow` asked for it. */
  readonly distributions?: Distributions | undefined;
}

export interface ScoreOptions {
  readonly windows: readonly ScoreWindow[];
  /**
   * How many of the likeliest tokens come with each place, of windows that follow no ids; 0 for none.
   * It costs a second evaluation, so that these log-probabilities are computed exactly as those of
   * followed ids are.
   */
  readonly top: number;
  /** Called once a window, in order. */
  readonly onResult: (scores: WindowScores) => void;
  /** Called now and then with the tokens scored so far. */
  readonly onTokens?: (tokens: number) => void;
  readonly signal: AbortSignal;
}

/** Totals of one `scoreTokens` call. */
export interface ScoreStats {
  /** Milliseconds from the first window to the last score. */
  readonly wallMs: number;
  readonly tokens: number;
  /** Highest resident set of the engine's process so far, in bytes; absent: it has none here. */
  readonly peakRssBytes?: number | undefined;
}
