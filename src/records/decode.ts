import { z } from 'zod';
import { type ModelRecord, modelRecordSchema } from './model.ts';

/**
 * How tokens are chosen, as a plan says it. What a mode *does* is its file in modes/; here stands only
 * what is written down. Two fields mean the same in every mode that has them: `samples`, the
 * completions of a task, and `draft`, the model that drafts.
 *
 * - `greedy`: always the likeliest.
 * - `sample`: drawn; `topK` 0 and `topP` 1 cut nothing off. `noise`: by which noise, the same for all
 *   models; absent where it is a server's own, or was an engine's, before there was a shared one.
 * - `assisted`: a smaller model drafts up to `maxDraft` tokens, the model checks them in one pass.
 * - `lookup`: the same with drafts copied from earlier in prompt and completion, where the last
 *   `ngramMax` down to `ngramMin` tokens stood before.
 */
export const decodeSchema = z.discriminatedUnion('mode', [
  z.object({ mode: z.literal('greedy') }),
  z.object({
    mode: z.literal('sample'),
    temperature: z.number().positive(),
    topP: z.number().positive().max(1),
    topK: z.int().nonnegative(),
    samples: z.int().positive(),
    noise: z.literal('threefry-gumbel-1').optional(),
  }),
  z.object({
    mode: z.literal('assisted'),
    draft: modelRecordSchema,
    maxDraft: z.int().positive(),
  }),
  z.object({
    mode: z.literal('lookup'),
    maxDraft: z.int().positive(),
    ngramMin: z.int().positive(),
    ngramMax: z.int().positive(),
  }),
]);
export type Decode = z.infer<typeof decodeSchema>;
export type Mode = Decode['mode'];
/** One mode with its parameters. */
export type DecodeOf<M extends Mode> = Extract<Decode, { mode: M }>;

/** The modes by their names, in the order in which a plan has them. */
export const MODE_NAMES: readonly Mode[] = decodeSchema.options.map(
  ({ shape: { mode } }) => mode.value,
);

/** How many completions a cell has to each task. */
export function samplesOf({ decode }: { readonly decode: Decode }): number {
  return 'samples' in decode ? decode.samples : 1;
}

/** The model that drafts for a cell; `undefined` where none does. */
export function draftOf({ decode }: { readonly decode: Decode }): ModelRecord | undefined {
  return 'draft' in decode ? decode.draft : undefined;
}

/** Whether the samples of two cells see the same noise. */
export function shareDraws(
  one: { readonly decode: Decode },
  other: { readonly decode: Decode },
): boolean {
  const [noise, others] = [one, other].map(({ decode }) =>
    'noise' in decode ? decode.noise : undefined,
  );
  return noise !== undefined && noise === others;
}

/** What decides no single completion, or only by its bytes, which keys name apart. */
const NOT_IN_KEYS: readonly string[] = ['samples', 'draft'] satisfies KeyOf<Decode>[];
type KeyOf<T> = T extends unknown ? keyof T : never;

/**
 * What of a decoding mode decides one completion: everything but how many others there are, and the
 * draft. So a field that a new mode brings is in the key unless somebody takes it out.
 */
export function decodeKey(decode: Decode): unknown {
  return Object.fromEntries(Object.entries(decode).filter(([name]) => !NOT_IN_KEYS.includes(name)));
}
