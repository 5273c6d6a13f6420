import type { GenerateOptions, GenerationRequest, GenerationStats } from '../generation.ts';
import { checkFits } from '../check-fits.ts';
import type { TimedResult, TimeOptions } from '../capabilities.ts';
import { isDrafting } from '../drafting.ts';
import { Answer, type Item, type Reading } from './answers.ts';
import { batchesOf } from './batches.ts';
import type { Sequence, Step } from './protocol.ts';
import type { Worker } from './worker.ts';

/** An opened model, and what its text is read with. */
export interface Opened extends Reading {
  readonly worker: Worker;
  readonly parallel: number;
}

/** Generates all completions, a batch after the other; throws as `EngineSession.generate` says. */
export async function generateAll(
  opened: Opened,
  options: GenerateOptions,
): Promise<GenerationStats & { readonly newTokens: number }> {
  const { requests, signal } = options;
  const items = (await renderAll(opened, requests, options)).items;
  const parallel = requests.some(({ decode }) => isDrafting(decode)) ? 1 : opened.parallel;
  const totals = { wallMs: 0, cpuMs: 0, newTokens: 0, peakRssBytes: 0 };
  for (const batch of batchesOf(items, parallel, ({ prompt }) => prompt.tokens.length)) {
    signal.throwIfAborted();
    const before = totals.newTokens;
    const run = new BatchRun(batch, opened, {
      onPass: options.onPass,
      onResult: options.onResult,
      onNewTokens: (own, underWay) => {
        totals.newTokens = before + own;
        options.onNewTokens?.(totals.newTokens, underWay);
      },
    });
    const done = await opened.worker.generate(
      batch.map(sequenceOf),
      (step) => run.take(step),
      signal,
    );
    totals.wallMs += done.wallMs;
    totals.cpuMs += done.cpuMs;
    totals.peakRssBytes = done.peakRssBytes;
  }
  const promptTokens = items.reduce((sum, { prompt }) => sum + prompt.tokens.length, 0);
  return { ...totals, promptTokens };
}

/** Generates one completion alone and times it. */
export async function timeOne(opened: Opened, options: TimeOptions): Promise<TimedResult> {
  const { request, signal } = options;
  const { items, ms } = await renderAll(opened, [request], options);
  const [item] = items;
  if (item === undefined) {
    throw new Error('a prompt that was not rendered');
  }
  const answer = new Answer(item, opened);
  const done = await opened.worker.generate(
    [sequenceOf(item)],
    (step) => (answer.take(step.tokens[0] ?? [], step) ? [0] : []),
    signal,
  );
  const { firstMs, lastMs } = answer.times;
  const result = answer.result();
  return {
    ...result,
    newTokens: result.tokens.length,
    ttftMs: ms + firstMs,
    decodeMs: lastMs - firstMs,
    peakRssBytes: done.peakRssBytes,
    cpuMs: done.cpuMs,
  };
}

/** Throws a usage error, before the first completion, if a prompt does not fit. */
async function renderAll(
  { worker }: Opened,
  requests: readonly GenerationRequest[],
  {
    contextSize,
    signal,
  }: { readonly contextSize: number | undefined; readonly signal: AbortSignal },
): Promise<{ readonly items: Item[]; readonly ms: number }> {
  const { prompts, ms } = await worker.askFor(
    { kind: 'render', prompts: requests.map(({ prompt }) => prompt) },
    signal,
  );
  const items = requests.map((request, index) => {
    const prompt = prompts[index];
    if (prompt === undefined) {
      throw new Error('the worker left out a prompt');
    }
    checkFits(request, prompt.tokens.length, contextSize ?? Infinity);
    return { request, prompt };
  });
  return { items, ms };
}

function sequenceOf({ request, prompt }: Item): Sequence {
  const { decode, seed, maxTokens } = request;
  return { tokens: prompt.tokens, decode: plainDecode(decode), seed, maxTokens };
}

/** The draft is loaded already; its record is nothing that the worker reads. */
function plainDecode(decode: GenerationRequest['decode']): GenerationRequest['decode'] {
  const { draft: _, samples: __, ...rest } = { draft: undefined, samples: undefined, ...decode };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return rest as GenerationRequest['decode'];
}

interface BatchListener {
  readonly onPass: GenerateOptions['onPass'] | undefined;
  readonly onResult: GenerateOptions['onResult'];
  readonly onNewTokens: (newTokens: number, underWay: readonly number[]) => void;
}

/** One batch under way. */
class BatchRun {
  /** Rows of the next pass. */
  #live: readonly Answer[];
  readonly #all: readonly Answer[];
  readonly #promptTokens: number;
  readonly #on: BatchListener;
  #passes = 0;
  #atMs = 0;

  constructor(batch: readonly Item[], reading: Reading, on: BatchListener) {
    this.#all = batch.map((item) => new Answer(item, reading));
    this.#live = this.#all;
    this.#promptTokens = batch.reduce((sum, { prompt }) => sum + prompt.tokens.length, 0);
    this.#on = on;
  }

  /** Takes the tokens of a pass and says which of its rows have ended. */
  take(step: Step): number[] {
    const { tokens, ...rest } = step;
    const rows = this.#live;
    if (tokens.length !== rows.length) {
      throw new Error(`a pass of ${tokens.length} rows where ${rows.length} are under way`);
    }
    const ended = rows.flatMap((answer, row) =>
      answer.take(tokens[row] ?? [], rest) ? [row] : [],
    );
    this.#live = rows.filter((_, row) => !ended.includes(row));
    const newTokens = this.#all.reduce((sum, answer) => sum + answer.newTokens, 0);
    this.#on.onNewTokens(
      newTokens,
      this.#live.map((answer) => answer.newTokens),
    );
    this.#on.onPass?.({
      promptTokens: this.#passes === 0 ? this.#promptTokens : 0,
      newTokens: this.#passes === 0 ? 0 : rows.length,
      fillers: 0,
      ms: step.atMs - this.#atMs,
    });
    this.#passes += 1;
    this.#atMs = step.atMs;
    for (const row of ended) {
      const answer = rows[row];
      if (answer !== undefined) {
        this.#on.onResult(answer.result());
      }
    }
    return ended;
  }
}
