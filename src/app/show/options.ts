import { declareOptions } from '../../options/option.ts';
import { commandOptions, type OptionsOf } from '../../options/parse.ts';
import { text, texts, wholeNumberUpTo } from '../../options/value-types.ts';
import { formatOptions } from '../../report/options.ts';
import { dataOption } from '../../suites/options.ts';

/** What `evalkit show` takes. */
export const showOptions = commandOptions({
  options: {
    ...declareOptions('Show', {
      run: { type: text, positional: true, required: true, help: 'RUN or RUN#cell' },
      task: {
        type: text,
        positional: true,
        required: true,
        help: 'A task of the run: its id, or the number at its end',
      },
      cell: {
        type: texts,
        help: 'Only this cell, as q4_k_m; given twice, how the two differ',
        default: [],
      },
      sampleIndex: {
        type: wholeNumberUpTo(9_999, 'the greatest number of samples less one'),
        help: 'Which completion, where a task has several, from 0',
        default: 0,
      },
      ...dataOption,
    }),
    ...formatOptions,
  },
});

/** The options of `evalkit show`, checked, with defaults in place. */
export type ShowOptions = OptionsOf<typeof showOptions>;
