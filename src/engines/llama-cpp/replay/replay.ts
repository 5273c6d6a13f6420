import type { Token } from 'node-llama-cpp';
import type { ReferenceCompletion } from '../../generation.ts';
import { createBatchContext } from '../decode/batch-context.ts';
import { gapsToFill } from '../decode/fill-gaps.ts';
import {
  type GenerationJob,
  type Generator,
  type JobTotals,
  renderItems,
} from '../decode/generate.ts';
import { PassTimer } from '../decode/pass-timer.ts';
import { releaseSamplers } from '../decode/release-samplers.ts';
import { Chances } from './chances.ts';
import { planGuesses } from './pass-plan.ts';
import { Place, type ReplayItem } from './place.ts';
import { referenceTokens } from './reference-tokens.ts';

export interface ReplayJob extends GenerationJob {
  /** Completions of another model, by the request's id; what has none is generated token by token. */
  readonly references: ReadonlyMap<string, ReferenceCompletion>;
}

/**
 * Generates greedy completions, several at once, that are likely to be much as another model's: reads many
 * of that one's tokens in a pass and keeps those that are the model's own choice. Throws a usage error,
 * before the first completion, if a prompt does not fit.
 */
export async function replay(generator: Generator, job: ReplayJob): Promise<JobTotals> {
  const items = itemsOf(generator, job);
  const promptTokens = items.reduce((sum, { prompt }) => sum + prompt.tokens.length, 0);
  if (items.length === 0) {
    return { wallMs: 0, promptTokens, newTokens: 0 };
  }
  return { promptTokens, ...(await replayAll(generator, job, items)) };
}

function itemsOf(generator: Generator, job: ReplayJob): ReplayItem[] {
  return renderItems(generator, job).map((item) => {
    const { id, decode } = item.request;
    if (decode.mode !== 'greedy') {
      throw new Error(`${id}: only greedy completions can be replayed, not ${decode.mode}`);
    }
    const reference = job.references.get(id);
    // The model's tokenizer, or its own vocabulary, gave them.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const tokens = (
      reference === undefined ? [] : referenceTokens(reference, generator)
    ) as Token[];
    return { ...item, reference: tokens };
  });
}

/** Every pass serves all places; each takes the next item when it is free. */
async function replayAll(
  generator: Generator,
  job: ReplayJob,
  items: readonly ReplayItem[],
): Promise<Pick<JobTotals, 'wallMs' | 'newTokens'>> {
  const sequences = Math.min(generator.parallel, items.length);
  // The long ones first leave the batch full for longer.
  const queue = sequences === 1 ? [...items] : items.toSorted((a, b) => lengthOf(b) - lengthOf(a));
  const filler = items.flatMap(({ prompt }) => prompt.tokens)[0];
  const passes = new PassTimer(job.onPass);
  let newTokens = 0;
  const onToken = (): void => {
    newTokens += 1;
  };
  const places: Place[] = [];
  await using context = await createBatchContext(generator, {
    contextSize: job.contextSize,
    sequences,
    onPass: (tokens) => {
      job.onNewTokens(
        newTokens,
        places.flatMap(({ length }) => length ?? []),
      );
      passes.next(tokens);
    },
  });
  const start = performance.now();
  const chances = new Chances();
  for (let number = 0; number < sequences; number += 1) {
    places.push(new Place(context, number, chances));
  }
  for (;;) {
    takeItems(places, queue, generator);
    const standings = places.map(({ standing }) => standing);
    const working = places.filter(({ length }) => length !== undefined).map(({ number }) => number);
    if (working.length === 0) {
      break;
    }
    const guesses = planGuesses(standings);
    const gaps = gapsToFill(working);
    await Promise.all(
      places.map(async (place) => {
        if (filler !== undefined && gaps.has(place.number)) {
          await place.fill(filler);
          return;
        }
        const result = await place.step(guesses[place.number] ?? 0, onToken);
        if (result !== undefined) {
          releaseSamplers();
          job.onResult(result);
        }
      }),
    );
  }
  passes.end();
  return { wallMs: performance.now() - start, newTokens };
}

function takeItems(places: readonly Place[], queue: ReplayItem[], generator: Generator): void {
  for (const place of places) {
    if (place.length === undefined) {
      const item = queue.shift();
      if (item !== undefined) {
        place.begin(item, generator);
      }
    }
  }
}

function lengthOf({ prompt, reference }: ReplayItem): number {
  return prompt.tokens.length + reference.length;
}
