import { z } from 'zod';
import { usageError } from '../records/error.ts';
import { positiveInteger } from './option-values.ts';

/** The options of the latency pass; `undefined` where the user did not say. */
export const latencyOptions = {
  latency: z.boolean().default(true),
  /** How many tasks are timed. */
  latencyTasks: z
    .union([z.literal('all'), positiveInteger], {
      error: () => 'is neither all nor a whole number above 0',
    })
    .optional(),
  latencyRepeats: positiveInteger.optional(),
};

/** What `latencyOptions` come to. */
export type LatencyOptions = z.infer<z.ZodObject<typeof latencyOptions>>;

/** Throws a usage error for an option of a pass that is not wanted. */
export function checkLatencyOptions(options: LatencyOptions): void {
  const { latency, latencyTasks, latencyRepeats } = options;
  if (!latency && (latencyTasks !== undefined || latencyRepeats !== undefined)) {
    const flag =
      latencyTasks === undefined
        ? `--latency-repeats ${latencyRepeats}`
        : `--latency-tasks ${latencyTasks}`;
    throw usageError(`${flag} has no use with --no-latency; leave one of them out`);
  }
}
