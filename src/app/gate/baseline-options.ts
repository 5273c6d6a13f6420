import { limitOptions } from '../../limits/index.ts';
import { metricOption } from '../common-options.ts';
import { declareOptions } from '../../options/option.ts';
import { commandOptions, type OptionsOf } from '../../options/parse.ts';
import { text } from '../../options/value-types.ts';

/** What `evalkit baseline write` takes. */
export const baselineOptions = commandOptions({
  options: {
    ...declareOptions('Baseline', {
      run: {
        type: text,
        positional: true,
        required: true,
        help: 'RUN or RUN#cell; of a run without a cell its reference cell',
      },
      out: {
        type: text,
        alias: 'o',
        help: 'The file; limits of one that exists are kept',
        default: 'baseline.json',
        writes: 'file',
      },
    }),
    ...metricOption,
    ...limitOptions,
  },
});

/** The options of `evalkit baseline write`, checked, with defaults in place. */
export type BaselineOptions = OptionsOf<typeof baselineOptions>;
