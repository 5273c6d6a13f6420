import { z } from 'zod';
import { declareOptions } from '../../options/option.ts';
import { flag, integerUpTo, positiveInteger } from '../../options/value-types.ts';

/** How many tasks are timed where the user does not say. */
export const DEFAULT_LATENCY_TASKS = 16;

/** How often each task is timed: the median then outlives one disturbed repeat. */
export const DEFAULT_LATENCY_REPEATS = 3;

const TIMED = { option: 'latency', isNot: false } as const;

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
    needs: TIMED,
  },
  latencyRepeats: {
    type: integerUpTo(1_000, 'far more than an interval needs'),
    help: 'How often each of them is timed',
    defaultText: String(DEFAULT_LATENCY_REPEATS),
    needs: TIMED,
  },
});
