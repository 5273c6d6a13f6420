import type { LlamaContext, LlamaContextSequence, Token } from 'node-llama-cpp';
import type { StopReason } from '../../../records/completion.ts';
import type { GenerationRequest, Pass } from '../../generation.ts';
import { checkFits } from '../../check-fits.ts';
import { type Item, type LlamaResult, resultOf } from './result.ts';
import { beginningOf } from '../../stop.ts';
import { CompletionText } from '../../text/completion-text.ts';
import { createBatchContext, placeInBatch, refuseShift } from './batch-context.ts';
import type { ContextSource } from './context.ts';
import type { Detokenizer } from '../../text/detokenizer.ts';
import { gapsToFill } from './fill-gaps.ts';
import { Lockstep } from './lockstep.ts';
import { PassTimer } from './pass-timer.ts';
import type { PromptRenderer } from './render.ts';
import { nextTokens } from './sampling.ts';
import { beginPrompt, groupByPrompt, type SequencePlace } from './shared-prompt.ts';
import { releaseSamplers } from './release-samplers.ts';

/** A loaded model, and what text is made to and from its tokens with. */
export interface Generator extends ContextSource {
  readonly detokenizer: Detokenizer;
  readonly renderer: PromptRenderer;
  readonly parallel: number;
}

export interface GenerationJob {
  readonly requests: readonly GenerationRequest[];
  readonly contextSize: number;
  readonly onResult: (result: LlamaResult) => void;
  /** Called before each pass over the weights, with all new tokens and those of each completion under way. */
  readonly onNewTokens: (newTokens: number, underWay: readonly number[]) => void;
  /** Called after each pass. */
  readonly onPass: (pass: Pass) => void;
}

/** Totals of one job. */
export interface JobTotals {
  readonly wallMs: number;
  readonly promptTokens: number;
  readonly newTokens: number;
}

/** A job's prompts as the model sees them. Throws a usage error if one does not fit. */
export function renderItems(
  { renderer }: Pick<Generator, 'renderer'>,
  { requests, contextSize }: Pick<GenerationJob, 'requests' | 'contextSize'>,
): Item[] {
  const items = requests.map((request) => ({ request, prompt: renderer.render(request.prompt) }));
  for (const { request, prompt } of items) {
    checkFits(request, prompt.tokens.length, contextSize);
  }
  return items;
}

/**
 * Generates all completions. Throws a usage error, before the first one, if a prompt does not fit.
 */
export async function generate(generator: Generator, job: GenerationJob): Promise<JobTotals> {
  const items = renderItems(generator, job);
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
  readonly #queue: Iterable<Item[]>;
  /** Numbers of the sequences that have a completion under way, ascending. */
  #working: number[];
  readonly #underWay = new Set<CompletionText>();
  /** A token, it does not matter which. */
  readonly #filler: Token[];

  constructor(generator: Generator, job: GenerationJob, items: readonly Item[]) {
    this.#generator = generator;
    this.#job = job;
    this.#sequences = Math.min(generator.parallel, items.length);
    this.#lockstep = new Lockstep(this.#sequences);
    this.#working = Array.from({ length: this.#sequences }, (_, number) => number);
    // The long ones first leave the batch full for longer; alone, order changes nothing.
    const ordered =
      this.#sequences === 1
        ? items
        : items.toSorted((one, other) => other.prompt.tokens.length - one.prompt.tokens.length);
    this.#queue = groupByPrompt(ordered, this.#sequences).values();
    this.#filler = items.flatMap(({ prompt }) => prompt.tokens).slice(0, 1);
  }

  /** Resolves with the milliseconds from the first prompt to the last token. */
  async finish(): Promise<number> {
    const passes = new PassTimer(this.#job.onPass);
    await using context = await createBatchContext(this.#generator, {
      contextSize: this.#job.contextSize,
      sequences: this.#sequences,
      onPass: (tokens) => {
        const underWay = [...this.#underWay].map((one) => one.tokens.length);
        this.#job.onNewTokens(this.newTokens, underWay);
        passes.next(tokens);
      },
    });
    const start = performance.now();
    await Promise.all(this.#working.map((number) => this.#runSequence(context, number)));
    passes.end();
    return performance.now() - start;
  }

  async #runSequence(context: LlamaContext, number: number): Promise<void> {
    const sequence = context.getSequence({ contextShift: { strategy: refuseShift } });
    const evaluationPriority = placeInBatch(number);
    const arrive = (): Promise<void> => this.#lockstep.arrive();
    for (const group of this.#queue) {
      for (const item of group) {
        await this.#complete(item, { sequence, evaluationPriority, arrive });
      }
    }
    this.#working = this.#working.filter((other) => other !== number);
    await this.#fillGaps(sequence, number);
  }

  /** Lets a sequence without a completion of its own speed up the others', until all have ended. */
  async #fillGaps(sequence: LlamaContextSequence, number: number): Promise<void> {
    await sequence.clearHistory();
    await this.#lockstep.arrive();
    while (this.#working.length > 0) {
      if (gapsToFill(this.#working).has(number)) {
        await sequence.evaluateWithoutGeneratingNewTokens(this.#filler, {
          evaluationPriority: placeInBatch(number),
        });
        await sequence.clearHistory();
      }
      await this.#lockstep.arrive();
    }
  }

  async #complete(item: Item, place: SequencePlace): Promise<void> {
    const { request, prompt } = item;
    const beginning = beginningOf(request.stop, prompt.end);
    const completion = new CompletionText(this.#generator.detokenizer, request, beginning);
    this.#underWay.add(completion);
    const unread = await beginPrompt(place, item);
    const { sequence, evaluationPriority } = place;
    const tokens = nextTokens({ sequence, request, unread, evaluationPriority });
    let stopReason: StopReason | undefined;
    while (stopReason === undefined) {
      await place.arrive();
      const next = await tokens.next();
      if (next.done === true) {
        completion.end();
        stopReason = 'end-token';
      } else {
        this.newTokens += 1;
        stopReason = completion.add(next.value);
      }
    }
    await tokens.return(undefined);
    this.#underWay.delete(completion);
    releaseSamplers();
    this.#job.onResult(resultOf(item, completion, stopReason));
  }
}
