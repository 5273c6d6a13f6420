import type { Check } from '../records/doctor-report.ts';
import type { LoadAudit } from '../records/load-audit.ts';
import type { Weights } from '../records/model.ts';
import type { EngineIdentity, EngineSettings, PlannedSettings } from '../records/plan.ts';
import type {
  BenchmarkCapability,
  Capability,
  DraftsCapability,
  Lacks,
  ReplayCapability,
  ScoringCapability,
  ThroughputCapability,
  TimingCapability,
  TokensCapability,
} from './capabilities.ts';
import type { GenerateOptions, GenerationStats } from './generation.ts';

/** The process of an engine that computes on this machine: the capability `process`. */
export interface ProcessInfo {
  readonly threads: number;
  /**
   * How the thread count was chosen, as `option`, or `rule; 1 thread was slower (31 against 52
   * tok/s)`.
   */
  readonly threadsChosenBy: string;
  /** `cpu`, `cuda`, `vulkan` or `metal`. */
  readonly backend: string;
  /** The processor's features that it uses, in its own words. */
  readonly systemInfo: string;
}

/** What is known of a model once it is loaded. */
export interface SessionInfo {
  readonly loadMs: number;
  readonly hasChatTemplate: boolean;
  /** The context that the model was trained with, in tokens; absent: unknown. */
  readonly trainContextSize?: number | undefined;
  readonly process?: ProcessInfo | undefined;
  /** What loading came to; absent: the engine takes weights as they are. */
  readonly audit?: LoadAudit | undefined;
}

export interface OpenOptions {
  /** Path of the weights, or the URL of an endpoint. */
  readonly modelPath: string;
  /** Threads to compute with; `undefined`: the engine's rule. */
  readonly threads: number | undefined;
  /** Completions generated at once. */
  readonly parallel: number;
  readonly settings: EngineSettings;
  /** Highest resident set of the engine's process, in bytes; over it the process ends. */
  readonly memoryBytes?: number;
  /** Share of the model that is loaded, 0 to 1. */
  readonly onLoadProgress?: (share: number) => void;
  /** Takes what a user should know while the model computes, a line at a time. */
  readonly onNote?: (text: string) => void;
  readonly signal: AbortSignal;
}

/**
 * A loaded model. It does one thing at a time; what it can do beside generating is present or
 * absent.
 */
export interface EngineSession extends AsyncDisposable {
  readonly info: SessionInfo;
  /**
   * Generates all completions, `parallel` at once (with drafts: one after the other). Rejects with
   * `EngineFailure` if the engine dies or hangs; results that came before stay good.
   */
  generate(options: GenerateOptions): Promise<GenerationStats>;
  readonly tokens?: TokensCapability;
  readonly timing?: TimingCapability;
  readonly scoring?: ScoringCapability;
  readonly benchmark?: BenchmarkCapability;
  readonly throughput?: ThroughputCapability;
  readonly drafts?: DraftsCapability;
  readonly replay?: ReplayCapability;
}

/** What an engine that loads folders of weights does about them before it loads one. */
export interface FolderCare {
  /** Throws an `EvalkitError` for a folder's config that it cannot run; its weights need not be there. */
  check(folder: string, signal: AbortSignal): Promise<void>;
  /** Whether its models keep a state that cannot go back, as recurrent and hybrid ones do. */
  keepsState(folder: string, signal: AbortSignal): Promise<boolean>;
  /** Fills a folder with a GGUF's weights, no value changed; gives the tool's name and version. */
  unpack(gguf: string, folder: string, signal: AbortSignal): Promise<string>;
}

/** What only the server that holds a model can say of it. */
export interface ServedModel {
  readonly weights: Extract<Weights, { kind: 'endpoint' }>;
  /** The kind of server. */
  readonly kind: string;
  /** Which server it is, in half a line. */
  readonly text: string;
  /** Its software, and what it was found to do. */
  readonly identity: EngineIdentity;
  readonly capabilities: ReadonlySet<Capability>;
  /** Why it lacks a capability, where there is more to say than that it does. */
  readonly lacks: Lacks;
  /** Why a model cannot be asked in a way; absent: it can. */
  readonly notAsked: Partial<Readonly<Record<'raw' | 'chat', string>>>;
  /** Why its server cannot do what settings say; `undefined`: it can. */
  readonly impossible: (settings: EngineSettings) => string | undefined;
}

export interface InspectOptions {
  readonly onNote: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Something that generates. */
export interface Engine {
  /** The versions of the installed software. */
  readonly identity: EngineIdentity;
  /** Where other settings are computed by other software: its versions. */
  readonly identityOf?: (settings: EngineSettings) => EngineIdentity;
  readonly capabilities: ReadonlySet<Capability>;
  /** Absent: it loads files. */
  readonly folders?: FolderCare;
  /**
   * Of an engine whose models lie on servers: asks the server what it is, before a run is planned and
   * once a process. Throws `EvalkitError` for one that cannot be reached or has no such model.
   */
  readonly inspect?: (modelPath: string, options: InspectOptions) => Promise<ServedModel>;
  /**
   * Loads a model. Throws `EvalkitError` for one that this engine cannot run, and `EngineFailure` if
   * it dies or hangs.
   */
  open(options: OpenOptions): Promise<EngineSession>;
}

/** What settings are for: cells of a run, a grid of fixed lengths, or scores of a text. */
export type SettingsUse = 'completions' | 'benchmark' | 'scores';

/** One combination of an engine's settings, and what it is called. */
export interface SettingsChoice extends PlannedSettings {
  /** Follows a cell's name; empty where there is nothing to tell apart. */
  readonly id: string;
  /** Why no model can have these settings. */
  readonly impossible?: string | undefined;
  /** The only way of asking that they have an effect on; absent: on all. */
  readonly onlyFor?: 'raw' | 'chat' | undefined;
  /** The settings that these are held over in a grid, and what the ratio tells of. */
  readonly over?: { readonly settings: EngineSettings; readonly what: string } | undefined;
}

/** An engine before any of its native code is loaded: what plans are made from. */
export interface EngineDefinition {
  readonly name: string;
  readonly capabilities: ReadonlySet<Capability>;
  /** Samples are drawn by noise that all such engines share (`shared-noise.ts`); absent: a server draws. */
  readonly sharesDraws?: true;
  /**
   * Every combination of the settings that options name, the innermost axis last; `variant`: what a
   * model's record says that this engine makes of its weights.
   */
  readonly settings: (
    use: SettingsUse,
    options: Readonly<Record<string, unknown>>,
    variant?: string,
  ) => SettingsChoice[];
  /**
   * Why this machine cannot run a variant with a command's options, found by looking; absent: it runs
   * wherever the engine does.
   */
  readonly unfit?: (
    variant: string | undefined,
    context: EngineContext,
  ) => Promise<string | undefined>;
  /** Throws `EvalkitError` where the engine cannot run here. */
  readonly create: (context: EngineContext) => Engine | Promise<Engine>;
  /** What a variant makes impossible that the engine can do; absent: nothing. */
  readonly variantLacks?: (variant: string | undefined) => Lacks;
  /** Of one model: why it lacks capabilities, and of a served one ways of asking that it has not. */
  readonly lacks?: Lacks | undefined;
  readonly notAsked?: ServedModel['notAsked'] | undefined;
  /**
   * What `evalkit doctor` says of it: whether it works here, on what. Absent: nothing can be wrong.
   */
  readonly checks?: (context: CheckContext) => Promise<Check[]>;
}

/** What an engine may use of the process that it is created in. */
export interface EngineContext {
  readonly env: NodeJS.ProcessEnv;
  /** Where relative paths start. */
  readonly cwd: string;
  /** Those of the command. */
  readonly options: Readonly<Record<string, unknown>>;
  /** What is to be made of the weights of the models that are to be opened; absent: the engine's default. */
  readonly variants?: readonly (string | undefined)[];
}

export interface CheckContext extends Pick<EngineContext, 'env'> {
  /** Path of the smallest cached model, to load for a check; `undefined`: none is cached. */
  readonly smallestModel: () => Promise<string | undefined>;
  readonly signal: AbortSignal;
}

/** The engine died, hung or ran out of memory: never a wrong completion of the model. */
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
