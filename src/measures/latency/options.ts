import { z } from 'zod';
import { about } from '../../options/message.ts';
import { declareOptions, type Options } from '../../options/option.ts';
import { flag, positiveInteger } from '../../options/value-types.ts';
import { usageError } from '../../records/error.ts';

/** How many tasks are timed where the user does not say. */
export const DEFAULT_LATENCY_TASKS = 16;

/** How often each task is timed: the median then outlives one disturbed repeat. */
export const DEFAULT_LATENCY_REPEATS = 3;

/** The options of the latency pass; `undefined` where the user did not say. */
export const latencyOptions = declareOptions('Latency', {
  latency: {
    type: flag,
    help: 'Time completions one by one after the quality pass',
    default: true,
  },
  latencyTasks: {
    type: z.union([z.literal('all'), positiveInteger], {
      error: () => 'must be all or a positive integer',
    }),
    help: 'How many tasks are timed, or all',
    defaultText: String(DEFAULT_LATENCY_TASKS),
  },
  latencyRepeats: {
    type: positiveInteger,
    help: 'How often each of them is timed',
    defaultText: String(DEFAULT_LATENCY_REPEATS),
  },
});

/** Throws a usage error for an option of a pass that is not wanted. */
export function checkLatencyOptions(options: Options<typeof latencyOptions>): void {
  const { latencyTasks, latencyRepeats } = latencyOptions;
  const unused = [latencyTasks, latencyRepeats].find(({ name }) => options[name] !== undefined);
  if (!options.latency && unused !== undefined) {
    throw usageError(
      about`${unused} ${String(options[unused.name])} has no use with --no-latency; leave one of them out`,
    );
  }
}
