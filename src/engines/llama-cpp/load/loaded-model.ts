import { availableParallelism, cpus } from 'node:os';
import type { LlamaModel } from 'node-llama-cpp';
import type { DraftCosts } from '../../../records/draft-costs.ts';
import type { ThreadUse } from '../../../records/thread-use.ts';
import type { BenchmarkShape, DraftInfo } from '../../capabilities.ts';
import type { LlamaInfo, Notice } from '../process/protocol.ts';
import type { Prompt } from '../../../records/prompt.ts';
import type { GenerationRequest, Pass, ReferenceCompletion } from '../../generation.ts';
import type { LlamaResult, LlamaTimed } from '../decode/result.ts';
import { benchmark, type BenchmarkTimes } from '../measure/benchmark.ts';
import type { ScoreWindow, TokenizedText } from '../../scoring.ts';
import { Detokenizer } from '../../text/detokenizer.ts';
import { isDrafting } from '../../drafting.ts';
import type { DraftingOptions } from '../drafts/drafts.ts';
import { generate, type Generator, type JobTotals } from '../decode/generate.ts';
import { score } from '../measure/score.ts';
import { replay } from '../replay/replay.ts';
import { tokenizeText } from '../decode/tokenize.ts';
import { loadModel } from './load-model.ts';
import { chatTemplate, PromptRenderer } from '../decode/render.ts';
import { contextSettings, type LlamaSettings } from '../settings.ts';
import { SoloRunner } from '../decode/solo-runner.ts';
import { type OthersMeter, startOthersMeter } from '../threads/others-meter.ts';
import { chooseThreads, type ThreadChoice } from '../threads/probe.ts';
import { ThreadGovernor } from '../threads/governor.ts';
import { readCpuQuota } from '../../cpu-quota.ts';
import { threadsByRule } from '../threads/rule.ts';

/** Notices that only show progress are sent at most this often. */
const PROGRESS_INTERVAL_MS = 100;

export interface ModelOptions {
  readonly modelPath: string;
  /** `undefined`: the rule and a short probe. */
  readonly threads?: number | undefined;
  /** Sequences evaluated at once. */
  readonly parallel: number;
  readonly settings: LlamaSettings;
}

export interface ModelOutput {
  readonly send: (notice: Notice) => void;
  readonly log: (line: string) => void;
  /** Resident set of this process in bytes. */
  readonly rssBytes: () => number;
  /** Processor time that this process has used, all threads together, in milliseconds. */
  readonly cpuMs: () => number;
}

/** A model in the engine's own process. */
export class LoadedModel {
  readonly info: LlamaInfo;
  readonly #generator: Generator;
  readonly #solo: SoloRunner;
  readonly #gpuLayers: number;
  readonly #output: ModelOutput;

  private constructor(
    parts: Pick<Generator, 'model' | 'detokenizer' | 'complaints'>,
    options: ModelOptions & {
      readonly info: LlamaInfo;
      readonly governor: ThreadGovernor | undefined;
    },
    output: ModelOutput,
  ) {
    this.info = options.info;
    this.#generator = {
      ...parts,
      renderer: new PromptRenderer(parts.model, parts.detokenizer),
      context: contextSettings(options.settings),
      parallel: options.parallel,
      threads: options.info.process.threads,
      governor: options.governor,
    };
    this.#solo = new SoloRunner(this.#generator);
    this.#gpuLayers = options.settings.gpuLayers;
    this.#output = output;
  }

  /** Throws `EvalkitError` for a file or for settings that cannot work. */
  static async open(options: ModelOptions, output: ModelOutput): Promise<LoadedModel> {
    const start = performance.now();
    const progress = atIntervals(output.send);
    const loading = reportLoading(output.send);
    const complaints: string[] = [];
    const model = await loadModel({
      modelPath: options.modelPath,
      gpuLayers: options.settings.gpuLayers,
      log: output.log,
      onComplaint: (words) => complaints.push(words),
      onProgress: loading.advance,
    });
    loading.end();
    const detokenizer = new Detokenizer(model.fileInfo.metadata.tokenizer.ggml);
    const loadMs = performance.now() - start;
    const others = startOthersMeter(output.cpuMs);
    const choice =
      options.threads === undefined
        ? await chooseThreads(model, {
            byRule: await threadRule(model),
            others,
            onProgress: () => progress({ kind: 'loading', share: 1 }),
          })
        : { threads: options.threads, home: options.threads, chosenBy: 'option' };
    const { threads, chosenBy } = choice;
    const info = {
      loadMs,
      process: {
        threads,
        threadsChosenBy: chosenBy,
        backend: model.llama.gpu === false ? 'cpu' : model.llama.gpu,
        systemInfo: model.llama.systemInfo.trim(),
      },
      trainContextSize: model.trainContextSize,
      hasChatTemplate: chatTemplate(model) !== undefined,
    };
    const isGoverned = options.threads === undefined && model.llama.gpu === false;
    const governor = isGoverned ? governorFor(choice, others, output) : undefined;
    const parts = { model, detokenizer, complaints };
    return new LoadedModel(parts, { ...options, info, governor }, output);
  }

  /** How long which thread count was used since the last call; empty where it does not change. */
  takeThreadUse(): ThreadUse[] {
    return this.#generator.governor?.takeUse() ?? [];
  }

  /** Token ids of rendered prompts. */
  encode(prompts: readonly Prompt[]): number[][] {
    return prompts.map((prompt) => this.#generator.renderer.render(prompt).tokens);
  }

  /** Completions with drafts are generated one after the other, all others `parallel` at once. */
  async generate(
    job: {
      readonly requests: readonly GenerationRequest[];
      /** Whether each pass is reported. */
      readonly trace: boolean;
      /** By the request's id: what is replayed. */
      readonly references?: Readonly<Record<string, ReferenceCompletion>> | undefined;
    } & DraftingOptions,
  ): Promise<JobTotals & { readonly draftCosts?: DraftCosts | undefined }> {
    const { send } = this.#output;
    const onNewTokens = this.#onNewTokens();
    const onResult = (result: LlamaResult): void =>
      send({ kind: 'result', result: { ...result, tokens: [...result.tokens] } });
    if (job.requests.some(({ decode }) => isDrafting(decode))) {
      return this.#solo.generate({ ...job, onResult, onNewTokens });
    }
    await this.#solo.release();
    const onPass = (pass: Pass): void => {
      if (job.trace) {
        send({ kind: 'pass', pass });
      }
    };
    const { references, ...plain } = { ...job, onResult, onNewTokens, onPass };
    return references === undefined
      ? generate(this.#generator, plain)
      : replay(this.#generator, { ...plain, references: new Map(Object.entries(references)) });
  }

  loadDraft(modelPath: string): Promise<DraftInfo> {
    const { advance } = reportLoading(this.#output.send);
    return this.#solo.loadDraft({
      modelPath,
      gpuLayers: this.#gpuLayers,
      log: this.#output.log,
      onProgress: advance,
      rssBytes: this.#output.rssBytes,
    });
  }

  time(request: GenerationRequest, options: DraftingOptions): Promise<LlamaTimed> {
    const onNewTokens = this.#onNewTokens();
    let newTokens = 0;
    const onToken = (): void => {
      newTokens += 1;
      onNewTokens(newTokens);
    };
    return this.#timing(() => this.#solo.time(request, { ...options, onToken }));
  }

  #onNewTokens(): (newTokens: number, underWay?: readonly number[]) => void {
    const progress = atIntervals(this.#output.send);
    return (newTokens, underWay) => progress({ kind: 'working', newTokens, underWay });
  }

  async benchmark(
    shape: BenchmarkShape & { readonly contextSize: number },
  ): Promise<BenchmarkTimes> {
    await this.#solo.release();
    const progress = atIntervals(this.#output.send);
    const onPass = (): void => progress({ kind: 'working', newTokens: 0 });
    const { renderer } = this.#generator;
    const prompt = shape.prompt === undefined ? undefined : renderer.render(shape.prompt).tokens;
    return this.#timing(() => benchmark(this.#generator, { ...shape, prompt, onPass }));
  }

  /** Does work of which only the times are kept. */
  async #timing<T>(work: () => Promise<T>): Promise<T> {
    const { governor } = this.#generator;
    if (governor === undefined) {
      return work();
    }
    governor.keepsFloats = false;
    try {
      return await work();
    } finally {
      governor.keepsFloats = true;
    }
  }

  tokenize(texts: readonly string[]): TokenizedText[] {
    const { model, detokenizer } = this.#generator;
    return texts.map((text) => tokenizeText(text, model, detokenizer));
  }

  score(job: {
    readonly windows: readonly ScoreWindow[];
    readonly top: number;
  }): ReturnType<typeof score> {
    const { send } = this.#output;
    const progress = atIntervals(send);
    return score(this.#generator, {
      ...job,
      onResult: (scores) => send({ kind: 'scores', scores }),
      onToken: (tokens) => progress({ kind: 'scoring', tokens }),
    });
  }
}

async function threadRule(model: LlamaModel): Promise<number> {
  return threadsByRule({
    mathCores: model.llama.cpuMathCores,
    parallelism: availableParallelism(),
    quota: await readCpuQuota(),
  });
}

function governorFor(
  { threads, home }: ThreadChoice,
  others: OthersMeter,
  { send }: ModelOutput,
): ThreadGovernor {
  return new ThreadGovernor({
    home,
    begin: threads,
    cores: cpus().length,
    othersCores: others,
    onFewer: (fewer) =>
      send({
        kind: 'note',
        text: `something else keeps the processor busy: computing with ${fewer} of ${home} threads while that is faster; the completions stay the same, the times do not`,
      }),
  });
}

/** Tells how far loading is, and its end, also of a file that is loaded before the first word of it comes. */
function reportLoading(send: (notice: Notice) => void): {
  readonly advance: (share: number) => void;
  readonly end: () => void;
} {
  const progress = atIntervals(send);
  let isLoading = true;
  return {
    advance: (share) => {
      // The library's words may come late.
      if (isLoading) {
        progress({ kind: 'loading', share });
      }
    },
    end: () => {
      isLoading = false;
      send({ kind: 'loading', share: 1 });
    },
  };
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
