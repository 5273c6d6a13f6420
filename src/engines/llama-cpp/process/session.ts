import { usageError } from '../../../records/error.ts';
import type { BenchmarkOptions, BenchmarkResult } from '../../engine.ts';
import type { DraftInfo, EngineSession, GenerateOptions, GenerationStats } from '../../engine.ts';
import type { OpenOptions, Prompt, SessionInfo, TimedResult, TimeOptions } from '../../engine.ts';
import type { ScoreOptions, ScoreStats, TokenizedText } from '../../scoring.ts';
import { type Answered, EngineProcess } from './engine-process.ts';
import { contextSettings } from '../settings.ts';

/** A model that is loaded in a process of its own. */
export class LlamaCppSession implements EngineSession {
  readonly info: SessionInfo;
  readonly #process: EngineProcess;
  readonly #signal: AbortSignal;

  private constructor(engineProcess: EngineProcess, info: SessionInfo, signal: AbortSignal) {
    this.#process = engineProcess;
    this.info = info;
    this.#signal = signal;
  }

  /** Starts the process and loads the model; throws as `Engine.open` says. */
  static async open(
    options: OpenOptions,
    env: NodeJS.ProcessEnv,
    stallTimeoutMs: number,
  ): Promise<LlamaCppSession> {
    const { modelPath, threads, settings, memoryBytes, signal } = options;
    // Wrong settings need no process to be found out.
    contextSettings(settings);
    const gpu = settings.gpuLayers > 0;
    const engineProcess = new EngineProcess({ env, gpu, stallTimeoutMs, memoryBytes });
    try {
      const reply = await engineProcess.ask(
        { kind: 'open', modelPath, threads, settings },
        {
          signal,
          onNotice: (notice) => {
            if (notice.kind === 'loading') {
              options.onLoadProgress?.(notice.share);
            }
          },
        },
      );
      return new LlamaCppSession(engineProcess, expect(reply, 'opened').info, signal);
    } catch (error) {
      await engineProcess[Symbol.asyncDispose]();
      throw error;
    }
  }

  async countTokens(prompts: readonly Prompt[]): Promise<number[]> {
    const reply = await this.#process.ask(
      { kind: 'count', prompts: [...prompts] },
      { signal: this.#signal },
    );
    return expect(reply, 'counted').counts;
  }

  async generate(options: GenerateOptions): Promise<GenerationStats> {
    const { requests, contextSize, draftCosts, signal } = options;
    const reply = await this.#process.ask(
      {
        kind: 'generate',
        requests: [...requests],
        contextSize,
        trace: options.onPass !== undefined,
        draftCosts,
      },
      {
        signal,
        onNotice: (notice) => {
          if (notice.kind === 'result') {
            options.onResult(notice.result);
          } else if (notice.kind === 'working') {
            options.onNewTokens?.(notice.newTokens);
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

  async benchmark(options: BenchmarkOptions): Promise<BenchmarkResult> {
    const { sequences, promptTokens, prompt, newTokens, signal } = options;
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
  }

  async tokenize(texts: readonly string[]): Promise<TokenizedText[]> {
    const reply = await this.#process.ask(
      { kind: 'tokenize', texts: [...texts] },
      { signal: this.#signal },
    );
    return expect(reply, 'tokenized').texts;
  }

  async scoreTokens(options: ScoreOptions): Promise<ScoreStats> {
    const { windows, top, signal } = options;
    const reply = await this.#process.ask(
      { kind: 'score', windows: [...windows], top },
      {
        signal,
        onNotice: (notice) => {
          if (notice.kind === 'scores') {
            options.onResult(notice.scores);
          } else if (notice.kind === 'scoring') {
            options.onTokens?.(notice.tokens);
          }
        },
      },
    );
    const { stats } = expect(reply, 'scored');
    options.onTokens?.(stats.tokens);
    return stats;
  }

  async loadDraft(path: string, onProgress?: (share: number) => void): Promise<DraftInfo> {
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
  }

  async time({ request, contextSize, draftCosts, signal }: TimeOptions): Promise<TimedResult> {
    const reply = await this.#process.ask(
      { kind: 'time', request, contextSize, draftCosts },
      { signal },
    );
    return expect(reply, 'timed').result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }
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
