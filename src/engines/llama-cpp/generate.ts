import type { LlamaContext, LlamaContextSequence } from 'node-llama-cpp';
import type { StopReason } from '../../records/completion.ts';
import { usageError } from '../../records/error.ts';
import type { GenerationRequest, GenerationResult, Pass } from '../engine.ts';
import { Answer } from './answer.ts';
import {
  type ContextSource,
  createBatchContext,
  placeInBatch,
  refuseShift,
} from './batch-context.ts';
import type { Detokenizer } from './detokenizer.ts';
import { Lockstep } from './lockstep.ts';
import { PassTimer } from './pass-timer.ts';
import type { PromptRenderer, RenderedPrompt } from './render.ts';
import { samplingOptions } from './sampling.ts';

/** A loaded model, and what text is made to and from its tokens with. */
export interface Generator extends ContextSource {
  readonly detokenizer: Detokenizer;
  readonly renderer: PromptRenderer;
  readonly parallel: number;
}

export interface GenerationJob {
  readonly requests: readonly GenerationRequest[];
  readonly contextSize: number;
  readonly onResult: (result: GenerationResult) => void;
  /** Called before each pass over the weights, with all new tokens so far. */
  readonly onNewTokens: (newTokens: number) => void;
  /** Called after each pass. */
  readonly onPass: (pass: Pass) => void;
}

/** Totals of one job. */
export interface JobTotals {
  readonly wallMs: number;
  readonly promptTokens: number;
  readonly newTokens: number;
}

interface Item {
  readonly request: GenerationRequest;
  readonly prompt: RenderedPrompt;
}

/** Generates all answers. Throws a usage error, before the first one, if a prompt does not fit. */
export async function generate(generator: Generator, job: GenerationJob): Promise<JobTotals> {
  const items = job.requests.map((request) => ({
    request,
    prompt: generator.renderer.render(request.prompt),
  }));
  for (const item of items) {
    checkFits(item, job.contextSize);
  }
  const promptTokens = items.reduce((sum, { prompt }) => sum + prompt.tokens.length, 0);
  if (items.length === 0) {
    return { wallMs: 0, promptTokens, newTokens: 0 };
  }
  const run = new Run(generator, job, items);
  const wallMs = await run.finish();
  return { wallMs, promptTokens, newTokens: run.newTokens };
}

/** One job under way: sequences that step together, each taking the next prompt when it is free. */
class Run {
  newTokens = 0;
  readonly #generator: Generator;
  readonly #job: GenerationJob;
  readonly #sequences: number;
  readonly #lockstep: Lockstep;
  readonly #queue: Iterable<Item>;

  constructor(generator: Generator, job: GenerationJob, items: readonly Item[]) {
    this.#generator = generator;
    this.#job = job;
    this.#sequences = Math.min(generator.parallel, items.length);
    this.#lockstep = new Lockstep(this.#sequences);
    // The long ones first leave the batch full for longer; alone, order changes nothing.
    const ordered =
      this.#sequences === 1
        ? items
        : items.toSorted((one, other) => other.prompt.tokens.length - one.prompt.tokens.length);
    this.#queue = ordered.values();
  }

  /** Resolves with the milliseconds from the first prompt to the last token. */
  async finish(): Promise<number> {
    const passes = new PassTimer(this.#job.onPass);
    await using context = await createBatchContext(this.#generator, {
      contextSize: this.#job.contextSize,
      sequences: this.#sequences,
      onPass: (tokens) => {
        this.#job.onNewTokens(this.newTokens);
        passes.next(tokens);
      },
    });
    const start = performance.now();
    const numbers = Array.from({ length: this.#sequences }, (_, number) => number);
    await Promise.all(numbers.map((number) => this.#runSequence(context, number)));
    passes.end();
    return performance.now() - start;
  }

  async #runSequence(context: LlamaContext, number: number): Promise<void> {
    const sequence = context.getSequence({ contextShift: { strategy: refuseShift } });
    for (const item of this.#queue) {
      // Nothing of the answer before may be left.
      await sequence.clearHistory();
      await this.#answer(item, sequence, number);
    }
    this.#lockstep.leave();
  }

  async #answer(item: Item, sequence: LlamaContextSequence, number: number): Promise<void> {
    const { request, prompt } = item;
    const answer = new Answer(this.#generator.detokenizer, request);
    const tokens = sequence.evaluate(prompt.tokens, {
      ...samplingOptions(request),
      evaluationPriority: placeInBatch(number),
    });
    let stopReason: StopReason | undefined;
    while (stopReason === undefined) {
      await this.#lockstep.arrive();
      const next = await tokens.next();
      if (next.done === true) {
        answer.end();
        stopReason = 'end-token';
      } else {
        this.newTokens += 1;
        stopReason = answer.add(next.value);
      }
    }
    await tokens.return();
    this.#job.onResult({
      id: request.id,
      text: answer.text,
      stopReason,
      renderedSha256: prompt.sha256,
      promptTokens: prompt.tokens.length,
      tokens: answer.tokens,
    });
  }
}

/** Throws a usage error for an answer that may outgrow its context. */
export function checkFits({ request, prompt }: Item, contextSize: number): void {
  const { length } = prompt.tokens;
  if (length === 0) {
    throw usageError(`${request.id}: the prompt is empty and the model has nothing to continue`);
  }
  if (length + request.maxTokens > contextSize) {
    throw usageError(
      `${request.id}: the prompt has ${length} tokens, which with --max-tokens ${request.maxTokens} exceed the context of ${contextSize}; lower --max-tokens or raise --ctx-size`,
    );
  }
}
