import { about } from '../../options/message.ts';
import { declareOptions } from '../../options/option.ts';
import { commandOptions, type OptionsOf } from '../../options/parse.ts';
import { flag, oneOf, text } from '../../options/value-types.ts';
import { usageError } from '../../records/error.ts';
import { formatOptions } from '../../report/options.ts';

/** What `evalkit report` takes. */
export const reportOptions = commandOptions({
  options: {
    ...declareOptions('Report', {
      run: { type: text, positional: true, required: true, help: "The run's folder" },
      details: {
        type: flag,
        help: 'With --format terminal: all that the report says, and not its answer alone',
        default: false,
        needs: [
          { option: 'format', is: ['terminal'] },
          { option: 'json', unset: true },
        ],
      },
      junitFailures: {
        type: oneOf(['all', 'lost']),
        help: 'With --format junit: which wrong completions are failures; lost: only of tasks that the reference solves more often',
        default: 'all',
      },
      baseline: {
        type: text,
        help: 'With --junit-failures lost: RUN, RUN#cell or a baseline file',
        defaultText: "the run's own reference cell",
      },
    }),
    ...formatOptions,
  },
  check: ({ junitFailures, baseline, format, json }) => {
    if (junitFailures === 'lost' && (json || format !== 'junit')) {
      throw usageError(
        about`${{ name: 'junitFailures' }} lost says what JUnit shows; give ${formatOptions.format} junit`,
      );
    }
    if (junitFailures === 'all' && baseline !== undefined) {
      throw usageError(
        about`${{ name: 'baseline' }} ${baseline} is what ${{ name: 'junitFailures' }} lost goes by; give that too, or compare them: evalkit compare`,
      );
    }
  },
});

/** The options of `evalkit report`, checked, with defaults in place. */
export type ReportOptions = OptionsOf<typeof reportOptions>;
