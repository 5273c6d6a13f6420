import { usageError } from '../../../records/error.ts';
import type {
  BenchmarkCapability,
  DraftsCapability,
  ScoringCapability,
  TimingCapability,
  TokensCapability,
} from '../../capabilities.ts';
import type { EngineSession, OpenOptions } from '../../engine.ts';
import type { GenerateOptions } from '../../generation.ts';
import { contextSettings, type LlamaSettings, llamaSettingsSchema } from '../settings.ts';
import { type Answered, EngineProcess } from './engine-process.ts';
import type { LlamaInfo, LlamaStats } from './protocol.ts';

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
      return expect(await this.#process.ask(question, { signal }), 'timed').result;
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
      const { stats } = expect(reply, 'scored');
      onTokens?.(stats.tokens);
      return stats;
    },
  };
  readonly benchmark: BenchmarkCapability = {
    run: async ({ sequences, promptTokens, prompt, newTokens, signal, ...options }) => {
      const needed = promptTokens + newTokens;
      const { contextSize = needed } = options;
      if (needed > contextSize) {
        throw usageError(
          `${promptTokens} prompt tokens and ${newTokens} new ones exceed a context of ${contextSize} tokens; ask for fewer, or raise --ctx-size`,
        );
      }
      const reply = await this.#process.ask(
        { kind: 'benchmark', sequences, promptTokens, prompt, newTokens, contextSize },
        { signal },
      );
      return expect(reply, 'benchmarked').result;
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
      return expect(reply, 'draft-loaded').info;
    },
  };
  readonly #process: EngineProcess;
  readonly #signal: AbortSignal;

  private constructor(
    engineProcess: EngineProcess,
    opened: { readonly info: LlamaInfo; readonly settings: LlamaSettings },
    signal: AbortSignal,
  ) {
    this.#process = engineProcess;
    this.info = opened.info;
    this.#signal = signal;
    this.tokens = {
      contextSize: opened.settings.contextSize,
      count: async (prompts) => {
        const reply = await engineProcess.ask({ kind: 'count', prompts: [...prompts] }, { signal });
        return expect(reply, 'counted').counts;
      },
      tokenize: async (texts) => {
        const reply = await engineProcess.ask({ kind: 'tokenize', texts: [...texts] }, { signal });
        return expect(reply, 'tokenized').texts;
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
    const engineProcess = new EngineProcess({ env, gpu, stallTimeoutMs, memoryBytes, onNote });
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
      const { info } = expect(reply, 'opened');
      return new LlamaCppSession(engineProcess, { info, settings }, signal);
    } catch (error) {
      await engineProcess[Symbol.asyncDispose]();
      throw error;
    }
  }

  async generate(options: GenerateOptions): Promise<LlamaStats> {
    const { requests, contextSize, draftCosts, signal } = options;
    const reply = await this.#process.ask(
      {
        kind: 'generate',
        requests: [...requests],
        contextSize: given(contextSize),
        trace: options.onPass !== undefined,
        draftCosts,
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
    const { stats } = expect(reply, 'generated');
    options.onNewTokens?.(stats.newTokens);
    return stats;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }
}

/** llama.cpp makes a context of a size that is named. */
function given(contextSize: number | undefined): number {
  if (contextSize === undefined) {
    throw new TypeError('llama.cpp needs a context size');
  }
  return contextSize;
}

function expect<K extends Answered['kind']>(
  reply: Answered,
  kind: K,
): Extract<Answered, { kind: K }> {
  if (!isKind(reply, kind)) {
    throw new Error(`the engine's process answered '${reply.kind}' where '${kind}' was asked`);
  }
  return reply;
}

function isKind<K extends Answered['kind']>(
  reply: Answered,
  kind: K,
): reply is Extract<Answered, { kind: K }> {
  return reply.kind === kind;
}
