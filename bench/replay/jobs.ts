import { z } from 'zod';

/** Tokens, and how a completion ended. */
const completionSchema = z.object({
  text: z.string(),
  tokens: z.array(z.int()),
});

/** What was done in one go, and what came of it. */
export const recordSchema = z.object({
  key: z.string(),
  wallMs: z.number(),
  /** Of the engine's process, all threads: holds on a busy machine too. */
  cpuMs: z.number(),
  newTokens: z.int(),
  drafted: z.int(),
  accepted: z.int(),
  completions: z.record(z.string(), completionSchema),
});
export type Record = z.infer<typeof recordSchema>;

/** One job: some tasks by one model, token by token or along another's completions. */
export interface Job {
  readonly model: string;
  readonly parallel: number;
  readonly block: number;
  readonly repeat: number;
  /** The model whose completions are read; absent: plain decoding. */
  readonly reference?: string;
}

/** Names a job in the file. */
export function keyOf({ model, parallel, block, repeat, reference }: Job): string {
  const how = reference === undefined ? 'plain' : `along ${reference}`;
  return `${model} ${how} parallel ${parallel} block ${block} repeat ${repeat}`;
}

/** `f16->q8_0` of a base, as two models. */
export interface Pair {
  readonly reference: string;
  readonly candidate: string;
}

export interface Extent {
  readonly parallel: number;
  readonly blocks: number;
  readonly repeats: number;
}

/**
 * Everything to be done for pairs, in an order in which what is compared stands together: plain and
 * replayed take turns at being first. The floor is each reference along itself, and plain at half as many
 * at once.
 */
export function jobsOf(pairs: readonly Pair[], extent: Extent): Job[] {
  const jobs = new Map<string, Job>();
  const add = (job: Job): void => {
    jobs.set(keyOf(job), job);
  };
  for (const { reference, candidate } of pairs) {
    for (let repeat = 0; repeat < extent.repeats; repeat += 1) {
      for (let block = 0; block < extent.blocks; block += 1) {
        const at = { parallel: extent.parallel, block, repeat };
        // Completions of the first repeat are what is read in all of them.
        add({ model: reference, ...at, repeat: 0 });
        const both = [
          { model: candidate, ...at },
          { model: candidate, ...at, reference },
        ];
        for (const job of repeat % 2 === 0 ? both : both.toReversed()) {
          add(job);
        }
      }
    }
  }
  for (const model of new Set(
    pairs.flatMap(({ reference, candidate }) => [candidate, reference]),
  )) {
    for (let block = 0; block < extent.blocks; block += 1) {
      const at = { model, block, repeat: 0 };
      add({ ...at, parallel: extent.parallel });
      add({ ...at, parallel: Math.ceil(extent.parallel / 2) });
      add({ ...at, parallel: extent.parallel, reference: model });
    }
  }
  return [...jobs.values()];
}
