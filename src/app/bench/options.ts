import { engineOptions } from '../../engines/index.ts';
import { sequences } from '../../engines/options.ts';
import { modelOptions } from '../../models/options.ts';
import { about } from '../../options/message.ts';
import { declareOptions } from '../../options/option.ts';
import { commandOptions, type OptionsOf } from '../../options/parse.ts';
import {
  flag,
  integerUpTo,
  listOf,
  positiveInteger,
  wholeNumber,
} from '../../options/value-types.ts';
import { formatOptions } from '../../report/options.ts';
import { usageError } from '../../records/error.ts';
import { taskOptions } from '../../suites/options.ts';
import { folderOptions, notRunOption, offlineOption } from '../common-options.ts';

/** Node's timers end there: 2^31 - 1 milliseconds, a good 24 days. */
const LONGEST_TIMEOUT_S = 2_147_483;

const gridOptions = declareOptions('Grid', {
  batch: { type: listOf(sequences), help: 'Prompts in a minibatch, as 1,2,4', default: [1] },
  ctxSize: {
    type: listOf(positiveInteger),
    alias: 'c',
    help: 'Tokens of each prompt, as 512,2048',
    default: [512],
  },
  newTokens: { type: positiveInteger, help: 'Tokens generated for each prompt', default: 32 },
  tokens: {
    type: positiveInteger,
    help: "Instead of minibatches: a completion of N tokens of HumanEval's first prompt",
  },
  warmup: { type: wholeNumber, help: 'Minibatches before the timed ones', default: 2 },
  repeats: { type: positiveInteger, help: 'Timed minibatches', default: 4 },
  memory: {
    type: positiveInteger,
    help: "Maximum memory of a cell's process, in MiB; a cell that needs more is reported as OOM",
  },
  cellTimeout: {
    type: integerUpTo(LONGEST_TIMEOUT_S, 'the longest that a timer can wait'),
    help: 'Seconds; a cell that is estimated to take longer is skipped',
    default: 600,
  },
});

const runOptions = {
  ...folderOptions('results/bench-<name>-<plan>'),
  ...declareOptions('Run', {
    dryRun: {
      type: flag,
      help: 'Print the grid with its estimated time and measure nothing',
      default: false,
    },
    data: { ...taskOptions.data, help: "HumanEval's file, for --tokens (also EVALKIT_DATA)" },
  }),
  ...notRunOption,
  ...offlineOption,
};

/** What says how large minibatches are. */
const SIZES = [gridOptions.batch, gridOptions.ctxSize, gridOptions.newTokens] as const;

/** What `evalkit bench` takes. */
export const benchOptions = commandOptions({
  config: 'section',
  options: {
    ...modelOptions,
    ...gridOptions,
    ...engineOptions.benchmark,
    ...runOptions,
    ...formatOptions,
  },
  check: (options, said) => {
    const size = SIZES.find(({ name }) => said.has(name));
    if (options.tokens !== undefined && size !== undefined) {
      throw usageError(
        about`${size} ${[options[size.name]].flat().join(',')} has no use with ${gridOptions.tokens} ${options.tokens}, which times one completion instead of minibatches; leave one of them out`,
      );
    }
  },
});

/** The options of `evalkit bench`, checked, with defaults in place. */
export type BenchOptions = OptionsOf<typeof benchOptions>;
