import { marginOptions } from '../../limits/index.ts';
import { declareOptions } from '../../options/option.ts';
import { commandOptions, type OptionsOf } from '../../options/parse.ts';
import { text } from '../../options/value-types.ts';
import { formatOptions } from '../../report/options.ts';

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
    ...marginOptions,
    ...formatOptions,
  },
});

/** The options of `evalkit compare`, checked, with defaults in place. */
export type CompareOptions = OptionsOf<typeof compareOptions>;
