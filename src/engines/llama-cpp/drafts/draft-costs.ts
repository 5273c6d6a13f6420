import type { LlamaContext, LlamaContextSequence, Token } from 'node-llama-cpp';
import { median } from 'simple-statistics';
import type { DraftCosts } from '../../../records/draft-costs.ts';
import { type ContextSource, createContext } from '../decode/context.ts';
import { greedyPass, surePass, truncate } from '../decode/greedy-pass.ts';

/** Tokens that stand before what is timed: a short prompt. */
const DEPTH = 64;
/** How often each is timed; the median counts. */
const ROUNDS = 5;
/** Tokens drafted one after the other, and read at once, to find the draft model's costs. */
const DRAFTED = 4;
const READ = 8;
/** What is evaluated, over and over: which tokens they are does not change the time. */
const TEXT = 'def add(one, other):\n    return one + other\n';

export interface MeasureOptions {
  readonly target: ContextSource;
  /** `undefined`: drafts are copied and cost nothing. */
  readonly draft: ContextSource | undefined;
  readonly maxDraft: number;
}

/** Times what drafting costs against a plain step of the model; it takes some dozens of steps. */
export async function measureDraftCosts(options: MeasureOptions): Promise<DraftCosts> {
  const lengths = passLengths(options.maxDraft);
  await using target = await Bench.create(options.target, options.maxDraft + 1);
  await using draft =
    options.draft === undefined ? undefined : await Bench.create(options.draft, READ + 1);
  const times = { step: [] as number[], draft: [] as number[], read: [] as number[] };
  const passes = lengths.map((drafted) => ({ drafted, times: [] as number[] }));
  const round = async (): Promise<void> => {
    for (const pass of passes) {
      // A machine's speed drifts, so that what all else is compared with is timed most often.
      times.step.push(await target.timePass(1));
      pass.times.push(await target.timePass(pass.drafted + 1));
    }
    times.draft.push(((await draft?.timeDraft(DRAFTED)) ?? 0) / DRAFTED);
    times.read.push((await draft?.timePass(READ + 1, 1)) ?? 0);
  };
  await round();
  // What has warmed up is thrown away.
  for (const list of [...Object.values(times), ...passes.map((pass) => pass.times)]) {
    list.length = 0;
  }
  for (let count = 0; count < ROUNDS; count += 1) {
    await round();
  }
  const stepMs = median(times.step);
  const draftMs = median(times.draft);
  const readMs = Math.max(0, median(times.read) - draftMs) / READ;
  return {
    stepMs,
    draftToken: draftMs / stepMs,
    draftCatchUp: readMs / stepMs,
    passes: passes.map((pass) => ({ drafted: pass.drafted, cost: median(pass.times) / stepMs })),
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
  static async create(source: ContextSource, most: number): Promise<Bench> {
    const length = DEPTH + most;
    const tokens = source.model.tokenize(TEXT.repeat(length)).slice(0, length);
    const bench = new Bench(
      // One cell stays free: a full context would be shifted.
      await createContext(source, { contextSize: length + 1, sequences: 1 }),
      tokens,
    );
    await bench.#sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(0, DEPTH));
    return bench;
  }

  /** One evaluation of `size` tokens; the last `rows` of them say what follows. */
  timePass(size: number, rows = size): Promise<number> {
    return this.#time(() =>
      greedyPass(this.#sequence, this.#text.slice(DEPTH, DEPTH + size), { rows }),
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
