import { z } from 'zod';
import { marginOptions } from '../../limits/index.ts';
import { declareOptions } from '../../options/option.ts';
import { commandOptions, type OptionsOf } from '../../options/parse.ts';
import { text, wholeNumberUpTo } from '../../options/value-types.ts';
import { metricOption } from '../common-options.ts';
import { formatOptions } from '../../report/options.ts';

/** More than any data set has. */
const MOST_TASKS = 1_000_000;

/** What `evalkit compare` takes. */
export const compareOptions = commandOptions({
  config: 'section',
  options: {
    ...declareOptions('Compare', {
      reference: {
        type: text,
        positional: true,
        required: true,
        reads: true,
        help: 'RUN, RUN#cell or a baseline file; RUN alone compares its cells',
      },
      candidate: { type: text, positional: true, help: 'RUN or RUN#cell', reads: true },
    }),
    ...declareOptions('Compare', {
      flips: {
        type: z.union(
          [z.literal('all'), wholeNumberUpTo(MOST_TASKS, 'more than any data set has')],
          {
            error: () => 'must be all, or an integer from 0',
          },
        ),
        help: 'How many of the tasks that changed are listed one by one, or all; JSON has all of them',
        default: 20,
      },
    }),
    ...metricOption,
    ...marginOptions,
    ...formatOptions,
  },
});

/** The options of `evalkit compare`, checked, with defaults in place. */
export type CompareOptions = OptionsOf<typeof compareOptions>;
