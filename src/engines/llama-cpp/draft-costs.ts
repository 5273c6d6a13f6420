import type { LlamaContext, LlamaContextOptions, LlamaModel, Token } from 'node-llama-cpp';
import type { LlamaContextSequence } from 'node-llama-cpp';
import type { DraftCosts } from '../../records/draft-costs.ts';
import { greedyPass, surePass, truncate } from './greedy-pass.ts';

/** Tokens that stand before what is timed: a short prompt. */
const DEPTH = 64;
/** How often each is timed; the fastest counts, since other work on a machine only slows down. */
const ROUNDS = 3;
/** Tokens drafted one after the other, and read at once, to find the draft model's costs. */
const DRAFTED = 4;
const READ = 8;
/** What is evaluated, over and over: which tokens they are does not change the time. */
const TEXT = 'def add(one, other):\n    return one + other\n';

/** A model and how its contexts are made. */
export interface Evaluator {
  readonly model: LlamaModel;
  readonly context: LlamaContextOptions;
}

export interface MeasureOptions {
  readonly target: Evaluator;
  /** `undefined`: drafts are copied and cost nothing. */
  readonly draft: Evaluator | undefined;
  readonly maxDraft: number;
}

/** Times what drafting costs against a plain step of the model; it takes some dozens of steps. */
export async function measureDraftCosts(options: MeasureOptions): Promise<DraftCosts> {
  const lengths = passLengths(options.maxDraft);
  await using target = await Bench.create(options.target, options.maxDraft + 1);
  await using draft =
    options.draft === undefined ? undefined : await Bench.create(options.draft, READ + 1);
  const stepMs = new Fastest();
  const passMs = lengths.map(() => new Fastest());
  const draftMs = new Fastest();
  const readMs = new Fastest();
  // The first round only warms up.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const counts = round > 0;
    stepMs.add(await target.timePass(1), counts);
    for (const [index, length] of lengths.entries()) {
      passMs[index]?.add(await target.timePass(length + 1), counts);
    }
    if (draft !== undefined) {
      draftMs.add((await draft.timeDraft(DRAFTED)) / DRAFTED, counts);
      readMs.add(await draft.timePass(READ + 1, 1), counts);
    }
  }
  const relative = (ms: number): number => Math.max(0, ms) / stepMs.ms;
  return {
    stepMs: stepMs.ms,
    draftToken: draft === undefined ? 0 : relative(draftMs.ms),
    draftCatchUp: draft === undefined ? 0 : relative((readMs.ms - draftMs.ms) / READ),
    passes: lengths.map((drafted, index) => ({
      drafted,
      cost: relative(passMs[index]?.ms ?? Number.NaN),
    })),
  };
}

/** 1, 2, 4 and so on up to `maxDraft`. */
function passLengths(maxDraft: number): number[] {
  const lengths = [];
  for (let length = 1; length < maxDraft; length *= 2) {
    lengths.push(length);
  }
  return [...lengths, maxDraft];
}

class Fastest {
  ms = Number.POSITIVE_INFINITY;

  add(ms: number, counts: boolean): void {
    this.ms = counts ? Math.min(this.ms, ms) : this.ms;
  }
}

/** Times evaluations of a model behind the same beginning. */
class Bench implements AsyncDisposable {
  readonly #context: LlamaContext;
  readonly #sequence: LlamaContextSequence;
  readonly #text: readonly Token[];

  private constructor(context: LlamaContext, text: readonly Token[]) {
    this.#context = context;
    this.#sequence = context.getSequence();
    this.#text = text;
  }

  /** `most`: tokens evaluated at most behind the beginning. */
  static async create({ model, context }: Evaluator, most: number): Promise<Bench> {
    const length = DEPTH + most;
    const tokens = model.tokenize(TEXT.repeat(length)).slice(0, length);
    const bench = new Bench(
      // One cell stays free: a full context would be shifted.
      await model.createContext({ ...context, contextSize: length + 1, sequences: 1 }),
      tokens,
    );
    await bench.#sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(0, DEPTH));
    return bench;
  }

  /** One evaluation of `size` tokens; the last `rows` of them say what follows. */
  timePass(size: number, rows = size): Promise<number> {
    return this.#time(() =>
      greedyPass(this.#sequence, this.#text.slice(DEPTH, DEPTH + size), rows),
    );
  }

  timeDraft(tokens: number): Promise<number> {
    return this.#time(async () => {
      for (const token of this.#text.slice(DEPTH, DEPTH + tokens)) {
        await surePass(this.#sequence, [token]);
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.dispose();
  }

  /** Milliseconds, what was evaluated being taken back included. */
  async #time(evaluate: () => Promise<unknown>): Promise<number> {
    const start = performance.now();
    await evaluate();
    await truncate(this.#sequence, DEPTH);
    return performance.now() - start;
  }
}
