import type {
  BenchmarkCapability,
  DraftsCapability,
  ScoringCapability,
  TimingCapability,
  TokensCapability,
} from '../capabilities.ts';
import type { EngineSession, OpenOptions, SessionInfo } from '../engine.ts';
import { contextOf, promptsOf } from '../fixed-lengths.ts';
import { join } from 'node:path';
import { cacheFolder } from '../../options/cache-folder.ts';
import type { GenerateOptions, GenerationStats } from '../generation.ts';
import { Detokenizer } from '../text/detokenizer.ts';
import { refuseOtherVocabulary } from '../vocabulary.ts';
import { generateAll, type Opened, timeOne } from './generate.ts';
import { type LoadQuestion, type Opened as Reply, PROTOCOL_VERSION } from './protocol.ts';
import { type TorchSettings, torchSettingsSchema } from './settings.ts';
import { startWorker } from './start.ts';
import { Worker } from './worker.ts';
import { torchProtocol } from './protocol.ts';

/** How a worker is started and what it may do. */
export interface WorkerSetup {
  /** The interpreter's path. */
  readonly python: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stallTimeoutMs: number;
  readonly trustRemoteCode: boolean;
  /** Absolute path of the text that quantizations look at. */
  readonly calibration: string | undefined;
  /** Threads to compute with. */
  readonly threads: { readonly count: number; readonly chosenBy: string };
  /** Memory that the machine has left, in bytes; `undefined`: unknown. */
  readonly availableBytes: number | undefined;
}

/** A model that is loaded in a worker of its own. */
export class TorchSession implements EngineSession {
  readonly info: SessionInfo;
  readonly tokens: TokensCapability;
  readonly timing: TimingCapability = { time: (options) => timeOne(this.#opened, options) };
  readonly scoring: ScoringCapability = {
    score: async ({ windows, top, onResult, onTokens, signal }) => {
      const { stats } = await this.#opened.worker.askFor(
        { kind: 'score', windows: windows.map(plainWindow), top },
        signal,
        (notice) => {
          if (notice.kind === 'scores') {
            onResult(notice.scores);
          } else if (notice.kind === 'scoring') {
            onTokens?.(notice.tokens);
          }
        },
      );
      onTokens?.(stats.tokens);
      return stats;
    },
  };
  readonly benchmark: BenchmarkCapability = {
    run: async ({ prompt, newTokens, signal, ...shape }) => {
      const contextSize = contextOf({ newTokens, ...shape });
      const given = prompt === undefined ? undefined : (await this.#render([prompt], signal))[0];
      const prompts = promptsOf(shape, given, this.#vocabulary.tokens.length);
      const { kind: _, ...times } = await this.#opened.worker.askFor(
        { kind: 'benchmark', prompts, newTokens },
        signal,
      );
      return { ...times, contextSize };
    },
  };
  readonly drafts: DraftsCapability = {
    load: async (path) => {
      const reply = await this.#opened.worker.askFor(
        { kind: 'load-draft', ...this.#load, modelPath: path },
        this.#signal,
      );
      refuseOtherVocabulary(path, this.#vocabulary, reply.vocabulary);
      return reply.info;
    },
  };
  readonly #opened: Opened;
  readonly #vocabulary: Reply['vocabulary'];
  readonly #load: LoadQuestion;
  readonly #signal: AbortSignal;

  private constructor(
    worker: Worker,
    reply: Reply,
    from: {
      readonly load: LoadQuestion;
      readonly settings: TorchSettings;
      readonly options: OpenOptions;
      readonly chosenBy: string;
    },
  ) {
    const { load, settings, options, chosenBy } = from;
    const { tokens, types, model } = reply.vocabulary;
    const detokenizer = new Detokenizer({ model, tokens, token_type: types });
    this.#opened = {
      worker,
      parallel: options.parallel,
      detokenizer,
      ends: new Set(reply.ends),
    };
    this.#vocabulary = reply.vocabulary;
    this.#load = load;
    this.#signal = options.signal;
    this.info = {
      loadMs: reply.loadMs,
      hasChatTemplate: reply.hasChatTemplate,
      trainContextSize: reply.trainContextSize,
      audit: reply.audit,
      process: {
        threads: reply.threads,
        threadsChosenBy: chosenBy,
        backend: settings.device,
        systemInfo: reply.systemInfo,
      },
    };
    this.tokens = {
      contextSize: settings.contextSize,
      encode: (prompts) => this.#render(prompts, options.signal),
      tokenize: async (texts) => {
        const found = await worker.askFor({ kind: 'tokenize', texts }, options.signal);
        const { bos } = found;
        return found.texts.map((own) => {
          const bytes = own.map((token) => detokenizer.bytes(token).length);
          return bos === undefined
            ? { tokens: own, bytes, bos }
            : { tokens: [bos, ...own], bytes: [0, ...bytes], bos };
        });
      },
    };
  }

  /** Starts a worker and loads the model; throws as `Engine.open` says. */
  static async open(options: OpenOptions, setup: WorkerSetup): Promise<TorchSession> {
    const { modelPath, memoryBytes, onNote, signal } = options;
    const settings = torchSettingsSchema.parse(options.settings);
    const { method, dtype, attention, device, options: told } = settings;
    const { trustRemoteCode, threads, stallTimeoutMs, availableBytes } = setup;
    const load = {
      modelPath,
      method,
      options: withPaths(told, { ...setup, method }),
      dtype,
      attention,
      device,
      trustRemoteCode,
    };
    const limits = [memoryBytes, availableBytes].filter((bytes) => bytes !== undefined);
    const worker = new Worker({
      transport: await startWorker(setup.python, setup.env),
      protocol: torchProtocol,
      stallTimeoutMs,
      memoryBytes,
      onNote,
    });
    try {
      const opened = await worker.askFor(
        {
          kind: 'open',
          protocol: PROTOCOL_VERSION,
          ...load,
          threads: threads.count,
          ...(limits.length === 0 ? {} : { memoryBytes: Math.floor(Math.min(...limits)) }),
        },
        signal,
      );
      return new TorchSession(worker, opened, {
        load,
        settings,
        options,
        chosenBy: threads.chosenBy,
      });
    } catch (error) {
      await worker[Symbol.asyncDispose]();
      throw error;
    }
  }

  generate(options: GenerateOptions): Promise<GenerationStats> {
    return generateAll(this.#opened, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.worker[Symbol.asyncDispose]();
  }

  async #render(
    prompts: Parameters<TokensCapability['encode']>[0],
    signal: AbortSignal,
  ): Promise<(readonly number[])[]> {
    const rendered = await this.#opened.worker.askFor({ kind: 'render', prompts }, signal);
    return rendered.prompts.map(({ tokens }) => tokens);
  }
}

/** JSON has no `undefined`. */
function plainWindow({
  id,
  tokens,
  scoreFrom,
  follow,
}: Parameters<ScoringCapability['score']>[0]['windows'][number]): object {
  return { id, tokens, scoreFrom, ...(follow === undefined ? {} : { follow }) };
}

/** The worker reads the text, and keeps what takes long to make; what both must be is in the settings. */
function withPaths(
  options: TorchSettings['options'],
  {
    calibration,
    env,
    method,
  }: Pick<WorkerSetup, 'calibration' | 'env'> & { readonly method: string },
): LoadQuestion['options'] {
  const { calibration: sha256, ...others } = options;
  return sha256 === undefined
    ? options
    : {
        ...others,
        calibration: { path: calibration, sha256 },
        keep: join(cacheFolder(env), 'made', method),
      };
}
