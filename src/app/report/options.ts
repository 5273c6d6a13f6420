import { declareOptions } from '../../options/option.ts';
import { commandOptions, type OptionsOf } from '../../options/parse.ts';
import { text } from '../../options/value-types.ts';
import { formatOptions } from '../../report/options.ts';

/** What `evalkit report` takes. */
export const reportOptions = commandOptions({
  options: {
    ...declareOptions('Report', {
      run: { type: text, positional: true, required: true, help: "The run's folder" },
    }),
    ...formatOptions,
  },
});

/** The options of `evalkit report`, checked, with defaults in place. */
export type ReportOptions = OptionsOf<typeof reportOptions>;
