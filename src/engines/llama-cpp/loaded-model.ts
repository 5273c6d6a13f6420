import { availableParallelism } from 'node:os';
import type { LlamaModel } from 'node-llama-cpp';
import type { EngineSettings } from '../../records/plan.ts';
import type { BenchmarkShape, GenerationRequest, Prompt, SessionInfo } from '../engine.ts';
import type { ContextSource } from './batch-context.ts';
import { benchmark, type BenchmarkTimes } from './benchmark.ts';
import type { ScoreWindow, TokenizedText } from '../scoring.ts';
import { Detokenizer } from './detokenizer.ts';
import { generate, type JobTotals } from './generate.ts';
import { score } from './score.ts';
import { tokenizeText } from './tokenize.ts';
import { loadModel } from './load-model.ts';
import type { Notice } from './protocol.ts';
import { chatTemplate, PromptRenderer } from './render.ts';
import { type ContextSettings, contextSettings } from './settings.ts';
import { chooseThreads } from './thread-probe.ts';
import { readCpuQuota, threadsByRule } from './threads.ts';

/** Notices that only show progress are sent at most this often. */
const PROGRESS_INTERVAL_MS = 100;

export interface ModelOptions {
  readonly modelPath: string;
  /** `undefined`: the rule and a short probe. */
  readonly threads?: number | undefined;
  readonly settings: EngineSettings;
}

export interface ModelOutput {
  readonly send: (notice: Notice) => void;
  readonly log: (line: string) => void;
}

/** A model in the engine's own process. */
export class LoadedModel {
  readonly info: SessionInfo;
  readonly #model: LlamaModel;
  readonly #detokenizer: Detokenizer;
  readonly #renderer: PromptRenderer;
  readonly #context: ContextSettings;
  readonly #parallel: number;
  readonly #output: ModelOutput;

  private constructor(
    parts: { readonly model: LlamaModel; readonly detokenizer: Detokenizer },
    options: ModelOptions & { readonly info: SessionInfo },
    output: ModelOutput,
  ) {
    this.info = options.info;
    this.#model = parts.model;
    this.#detokenizer = parts.detokenizer;
    this.#renderer = new PromptRenderer(parts.model, parts.detokenizer);
    this.#context = contextSettings(options.settings);
    this.#parallel = options.settings.parallel;
    this.#output = output;
  }

  /** Throws `EvalkitError` for a file or for settings that cannot work. */
  static async open(options: ModelOptions, output: ModelOutput): Promise<LoadedModel> {
    const start = performance.now();
    const progress = atIntervals(output.send);
    const model = await loadModel({
      modelPath: options.modelPath,
      gpuLayers: options.settings.gpuLayers,
      log: output.log,
      onProgress: (share) => progress({ kind: 'loading', share }),
    });
    const detokenizer = new Detokenizer(model.fileInfo.metadata.tokenizer.ggml);
    const loadMs = performance.now() - start;
    const { threads, chosenBy } =
      options.threads === undefined
        ? await chooseThreads(model, await threadRule(model), () =>
            progress({ kind: 'loading', share: 1 }),
          )
        : { threads: options.threads, chosenBy: 'option' };
    const info = {
      loadMs,
      threads,
      threadsChosenBy: chosenBy,
      backend: model.llama.gpu === false ? 'cpu' : model.llama.gpu,
      systemInfo: model.llama.systemInfo.trim(),
      trainContextSize: model.trainContextSize,
      hasChatTemplate: chatTemplate(model) !== undefined,
    };
    return new LoadedModel({ model, detokenizer }, { ...options, info }, output);
  }

  countTokens(prompts: readonly Prompt[]): number[] {
    return prompts.map((prompt) => this.#renderer.render(prompt).tokens.length);
  }

  generate(job: {
    readonly requests: readonly GenerationRequest[];
    readonly contextSize: number;
  }): Promise<JobTotals> {
    const { send } = this.#output;
    const progress = atIntervals(send);
    return generate(
      {
        ...this.#contextSource(),
        detokenizer: this.#detokenizer,
        renderer: this.#renderer,
        parallel: this.#parallel,
      },
      {
        ...job,
        onResult: (result) =>
          send({ kind: 'result', result: { ...result, tokens: [...result.tokens] } }),
        onPass: (newTokens) => progress({ kind: 'working', newTokens }),
      },
    );
  }

  tokenize(texts: readonly string[]): TokenizedText[] {
    return texts.map((text) => tokenizeText(text, this.#model, this.#detokenizer));
  }

  score(job: {
    readonly windows: readonly ScoreWindow[];
    readonly top: number;
  }): ReturnType<typeof score> {
    const { send } = this.#output;
    const progress = atIntervals(send);
    return score(this.#contextSource(), {
      ...job,
      onResult: (scores) => send({ kind: 'scores', scores }),
      onToken: (tokens) => progress({ kind: 'scoring', tokens }),
    });
  }

  benchmark(shape: BenchmarkShape & { readonly contextSize: number }): Promise<BenchmarkTimes> {
    const progress = atIntervals(this.#output.send);
    const onPass = (): void => progress({ kind: 'working', newTokens: 0 });
    return benchmark(this.#contextSource(), { ...shape, onPass });
  }

  #contextSource(): ContextSource {
    return { model: this.#model, context: this.#context, threads: this.info.threads };
  }
}

async function threadRule(model: LlamaModel): Promise<number> {
  return threadsByRule({
    mathCores: model.llama.cpuMathCores,
    parallelism: availableParallelism(),
    quota: await readCpuQuota(),
  });
}

/** Lets a notice through if the last one is long enough ago. */
function atIntervals(send: (notice: Notice) => void): (notice: Notice) => void {
  let next = 0;
  return (notice) => {
    const now = performance.now();
    if (now >= next) {
      next = now + PROGRESS_INTERVAL_MS;
      send(notice);
    }
  };
}
