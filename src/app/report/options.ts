import { about } from '../../options/message.ts';
import { declareOptions } from '../../options/option.ts';
import { commandOptions, type OptionsOf } from '../../options/parse.ts';
import { flag, oneOf, text, texts } from '../../options/value-types.ts';
import { usageError } from '../../records/error.ts';
import { formatOptions } from '../../report/options.ts';

/** What `evalkit report` takes. */
export const reportOptions = commandOptions({
  options: {
    ...declareOptions('Report', {
      run: {
        type: texts,
        positional: true,
        required: true,
        help: "The run's folder; several of them with --format html",
      },
      open: {
        type: flag,
        help: 'With --format html: open the page in the browser',
        default: false,
        needs: [
          { option: 'format', is: ['html'] },
          { option: 'json', unset: true },
        ],
      },
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
  check: ({ run, open, output, junitFailures, baseline, format, json }) => {
    if (run.length > 1 && (json || format !== 'html')) {
      throw usageError(
        `${run.length} runs are shown side by side on a page alone; give --format html, or name one run`,
      );
    }
    if (run.length > 1 && open && output === undefined) {
      throw usageError('--open has no file for a page of several runs; name one with --output');
    }
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
