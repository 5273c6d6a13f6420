import { contextOf } from '../../fixed-lengths.ts';
import type {
  BenchmarkCapability,
  DraftsCapability,
  ReplayCapability,
  ReplayOptions,
  ScoringCapability,
  TimingCapability,
  TokensCapability,
} from '../../capabilities.ts';
import type { EngineSession, OpenOptions } from '../../engine.ts';
import type { GenerateOptions } from '../../generation.ts';
import { contextSettings, type LlamaSettings, llamaSettingsSchema } from '../settings.ts';
import {
  type AnsweredOf,
  type AskOptions,
  EngineProcess,
  expectAnswer,
} from '../../process/engine-process.ts';
import { startEngine } from './start.ts';
import {
  type LlamaInfo,
  type LlamaStats,
  llamaProtocol,
  type Notice,
  type Question,
  type Reply,
} from './protocol.ts';

/** A process that is asked this engine's questions. */
class LlamaProcess extends EngineProcess<Notice, Reply> {
  override ask(question: Question, options: AskOptions<Notice>): Promise<AnsweredOf<Reply>> {
    return super.ask(question, options);
  }
}

/** A model that is loaded in a process of its own. */
export class LlamaCppSession implements EngineSession {
  readonly info: LlamaInfo;
  readonly tokens: TokensCapability;
  readonly timing: TimingCapability = {
    time: async ({ request, contextSize, draftCosts, signal }) => {
      const question = {
        kind: 'time',
        request,
        contextSize: given(contextSize),
        draftCosts,
      } as const;
      return expectAnswer(await this.#process.ask(question, { signal }), 'timed').result;
    },
  };
  readonly scoring: ScoringCapability = {
    score: async ({ windows, top, onResult, onTokens, signal }) => {
      const reply = await this.#process.ask(
        { kind: 'score', windows: [...windows], top },
        {
          signal,
          onNotice: (notice) => {
            if (notice.kind === 'scores') {
              onResult(notice.scores);
            } else if (notice.kind === 'scoring') {
              onTokens?.(notice.tokens);
            }
          },
        },
      );
      const { stats } = expectAnswer(reply, 'scored');
      onTokens?.(stats.tokens);
      return stats;
    },
  };
  readonly benchmark: BenchmarkCapability = {
    run: async ({ sequences, promptTokens, prompt, newTokens, signal, ...options }) => {
      const contextSize = contextOf({ promptTokens, newTokens, ...options });
      const reply = await this.#process.ask(
        { kind: 'benchmark', sequences, promptTokens, prompt, newTokens, contextSize },
        { signal },
      );
      return expectAnswer(reply, 'benchmarked').result;
    },
  };
  readonly drafts: DraftsCapability = {
    load: async (path, onProgress) => {
      const reply = await this.#process.ask(
        { kind: 'load-draft', modelPath: path },
        {
          signal: this.#signal,
          onNotice: (notice) => {
            if (notice.kind === 'loading') {
              onProgress?.(notice.share);
            }
          },
        },
      );
      return expectAnswer(reply, 'draft-loaded').info;
    },
  };
  readonly replay: ReplayCapability = { generate: (options) => this.#generate(options) };
  readonly #process: LlamaProcess;
  readonly #signal: AbortSignal;

  private constructor(
    engineProcess: LlamaProcess,
    opened: { readonly info: LlamaInfo; readonly settings: LlamaSettings },
    signal: AbortSignal,
  ) {
    this.#process = engineProcess;
    this.info = opened.info;
    this.#signal = signal;
    this.tokens = {
      contextSize: opened.settings.contextSize,
      encode: async (prompts) => {
        const reply = await engineProcess.ask(
          { kind: 'encode', prompts: [...prompts] },
          { signal },
        );
        return expectAnswer(reply, 'encoded').prompts;
      },
      tokenize: async (texts) => {
        const reply = await engineProcess.ask({ kind: 'tokenize', texts: [...texts] }, { signal });
        return expectAnswer(reply, 'tokenized').texts;
      },
    };
  }

  /** Starts the process and loads the model; throws as `Engine.open` says. */
  static async open(
    options: OpenOptions,
    env: NodeJS.ProcessEnv,
    stallTimeoutMs: number,
  ): Promise<LlamaCppSession> {
    const { modelPath, threads, parallel, memoryBytes, onNote, signal } = options;
    const settings = llamaSettingsSchema.parse(options.settings);
    // Wrong settings need no process to be found out.
    contextSettings(settings);
    const gpu = settings.gpuLayers > 0;
    const engineProcess = new LlamaProcess({
      transport: startEngine(env, gpu),
      protocol: llamaProtocol,
      stallTimeoutMs,
      memoryBytes,
      onNote,
    });
    try {
      const reply = await engineProcess.ask(
        { kind: 'open', modelPath, threads, parallel, settings },
        {
          signal,
          onNotice: (notice) => {
            if (notice.kind === 'loading') {
              options.onLoadProgress?.(notice.share);
            }
          },
        },
      );
      const { info } = expectAnswer(reply, 'opened');
      return new LlamaCppSession(engineProcess, { info, settings }, signal);
    } catch (error) {
      await engineProcess[Symbol.asyncDispose]();
      throw error;
    }
  }

  generate(options: GenerateOptions): Promise<LlamaStats> {
    return this.#generate(options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }

  async #generate(
    options: GenerateOptions & Partial<Pick<ReplayOptions, 'references'>>,
  ): Promise<LlamaStats> {
    const { requests, contextSize, draftCosts, references, signal } = options;
    const reply = await this.#process.ask(
      {
        kind: 'generate',
        requests: [...requests],
        contextSize: given(contextSize),
        trace: options.onPass !== undefined,
        draftCosts,
        references: references && Object.fromEntries(references),
      },
      {
        signal,
        onNotice: (notice) => {
          if (notice.kind === 'result') {
            options.onResult(notice.result);
          } else if (notice.kind === 'working') {
            options.onNewTokens?.(notice.newTokens, notice.underWay);
          } else if (notice.kind === 'pass') {
            options.onPass?.(notice.pass);
          }
        },
      },
    );
    const { stats } = expectAnswer(reply, 'generated');
    options.onNewTokens?.(stats.newTokens);
    return stats;
  }
}

/** llama.cpp makes a context of a size that is named. */
function given(contextSize: number | undefined): number {
  if (contextSize === undefined) {
    throw new TypeError('llama.cpp needs a context size');
  }
  return contextSize;
}
