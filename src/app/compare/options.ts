import { dropOptions } from '../../limits/given.ts';
import { declareOptions } from '../../options/option.ts';
import { commandOptions, type OptionsOf } from '../../options/parse.ts';
import { oneOf, text } from '../../options/value-types.ts';
import { formatOptions } from '../common-options.ts';

const outputOptions = declareOptions('Output', {
  format: { ...formatOptions.format, type: oneOf(['terminal', 'md', 'json']) },
  json: formatOptions.json,
});

/** What `evalkit compare` takes. */
export const compareOptions = commandOptions({
  config: 'section',
  options: {
    ...declareOptions('Compare', {
      reference: {
        type: text,
        positional: true,
        required: true,
        help: 'RUN, RUN#cell or a baseline file; RUN alone compares its cells',
      },
      candidate: { type: text, positional: true, help: 'RUN or RUN#cell' },
    }),
    ...dropOptions,
    ...outputOptions,
  },
});

/** The options of `evalkit compare`, checked, with defaults in place. */
export type CompareOptions = OptionsOf<typeof compareOptions>;
