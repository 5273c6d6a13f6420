import type { ScoreWindow, TokenizedText, WindowScores } from '../../scoring.ts';

/** What is asked for, whatever the server calls it. */
export interface Ask {
  readonly model: string | undefined;
  readonly prompt:
    | { readonly kind: 'raw'; readonly text: string }
    | { readonly kind: 'chat'; readonly system: string | undefined; readonly user: string };
  readonly maxTokens: number;
  /** 0: always the likeliest token. */
  readonly temperature: number;
  readonly topP: number;
  /** 0: all tokens. */
  readonly topK: number;
  readonly seed: number;
  /** At most four. */
  readonly stop: readonly string[];
  readonly thinking: Thinking;
  /** Tokens that the server is to have room for, where it asks. */
  readonly contextSize: number | undefined;
  /** True: nothing that the server computed before is to be used again. */
  readonly isFresh: boolean;
}

export type Thinking = 'on' | 'off' | 'default';

/** A request's path and body. */
export interface Question {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Tokens as the server counts them. */
export interface Usage {
  readonly promptTokens?: number | undefined;
  readonly newTokens?: number | undefined;
  /** Of the prompt, those that were not computed anew. */
  readonly cachedTokens?: number | undefined;
}

/** How a server says that a completion ended; `stop`: by an end token or a stop sequence. */
export type Finish = 'length' | 'end-token' | 'stop-sequence' | 'stop';

/** What one event of an answer brings. */
export interface Piece {
  readonly text: string;
  /** Of the model's thought, where the server keeps it apart. */
  readonly reasoning: string;
  /** Token ids of the piece; `undefined`: the server does not show them. */
  readonly tokens?: readonly number[] | undefined;
  readonly finish?: Finish | undefined;
  readonly usage?: Usage | undefined;
  /** What the server says it is; must stay the same. */
  readonly servedBy?: string | undefined;
}

/** A completion as a stream showed it. */
export interface Streamed {
  readonly tokens: readonly number[] | undefined;
  readonly usage: Usage | undefined;
}

/** A server that has been recognised. Everything in it is part of its identity. */
export interface Server {
  /** Its software's version, as precisely as it tells; `unknown` where it does not. */
  readonly build: string;
  /** What it says of the model. */
  readonly model: Readonly<Record<string, unknown>> & { readonly id: string };
  /** Tokens that a sequence can hold. */
  readonly contextSize?: number | undefined;
  readonly trainContextSize?: number | undefined;
  readonly hasChatTemplate?: boolean | undefined;
}

/** The models that `/v1/models` lists, each with all that it says; `undefined`: there is no list. */
export type Listing =
  | readonly (Readonly<Record<string, unknown>> & { readonly id: string })[]
  | undefined;

export interface RecogniseOptions {
  /** GET that resolves with `undefined` where the server has no such path. */
  readonly get: (path: string) => Promise<unknown>;
  readonly post: (path: string, body: unknown) => Promise<unknown>;
  readonly listing: Listing;
  /** What the user names. */
  readonly model: string | undefined;
}

/** How one kind of server is spoken to. */
export interface Dialect {
  readonly name: string;
  /** Looks whether a server is of this kind. Throws a usage error for a model that it has not. */
  readonly recognise: (options: RecogniseOptions) => Promise<Server | undefined>;
  readonly question: (ask: Ask) => Question;
  /** Reads an event; throws a `ServerTrouble` or `ZodError` for one that is none. */
  readonly read: (event: unknown) => Piece;
  /** Whether a model can be told to think or not to. */
  readonly canSwitchThinking: boolean;
  /** How reuse of earlier prompts is kept out of times; `undefined`: it cannot be. */
  readonly freshBy: string | undefined;
  /** Whether the last token of a completion that ends by itself is counted. */
  readonly countsEndToken: boolean;
  /** How what a stream has kept back of its completion is had; `undefined`, or absent: streams are whole. */
  readonly mending?: (question: Question) => Mending | undefined;
  /** Tokens of a prompt, where the server tells. */
  readonly tokenize?: (
    server: Tokenizing,
    of: TokenizeOptions,
  ) => Promise<readonly number[] | undefined>;
  /** Scores of given tokens, where the server gives them. */
  readonly scoring?: Scoring;
  /** A text as the model sees it, where the server tells. */
  readonly pieces?: (
    server: Tokenizing,
    of: { readonly model: string; readonly text: string },
  ) => Promise<TokenizedText | undefined>;
}

/** How a completion is whole though its stream is not. */
export interface Mending {
  /** Whether tokens are missing, and not only the text of the last ones. */
  readonly lacksTokens: (streamed: Streamed) => boolean;
  /** Whether text may have been held back at the cap. */
  readonly holdsText: boolean;
  /** The question whose answer, in one piece, has all of it. */
  readonly inOnePiece: Question;
  /** The text of tokens. */
  readonly detokenize: (
    server: Tokenizing,
    tokens: readonly number[],
  ) => Promise<string | undefined>;
}

/** How the tokens of a text are scored. */
export interface Scoring {
  readonly question: (
    window: ScoreWindow,
    of: { readonly model: string; readonly top: number },
  ) => Question;
  /** Throws a `ServerTrouble` for an answer that lacks something. */
  readonly read: (answer: unknown, window: ScoreWindow, top: number) => WindowScores;
}

export type TokenizeOptions = Pick<Ask, 'model' | 'prompt' | 'thinking'>;

export interface Tokenizing {
  readonly post: (path: string, body: unknown) => Promise<unknown>;
}
