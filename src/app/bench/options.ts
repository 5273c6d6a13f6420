import { engineOptions } from '../../engines/index.ts';
import { sequences, tokenCount } from '../../engines/options.ts';
import { modelOptions } from '../../models/options.ts';
import { declareOptions } from '../../options/option.ts';
import { commandOptions, type OptionsOf } from '../../options/parse.ts';
import {
  flag,
  integerUpTo,
  integerWithin,
  listOf,
  wholeNumberUpTo,
} from '../../options/value-types.ts';
import { formatOptions } from '../../report/options.ts';
import { dataOption } from '../../suites/options.ts';
import { refuseIdleEngineOptions } from '../idle-engine-options.ts';
import { about } from '../../options/message.ts';
import { isEndpoint } from '../../records/endpoint.ts';
import { usageError } from '../../records/error.ts';
import { folderOptions, notRunOption, offlineOption } from '../common-options.ts';

/** Node's timers end there: 2^31 - 1 milliseconds, a good 24 days. */
const LONGEST_TIMEOUT_S = 2_147_483;

const MOST_REPEATS = 100_000;
const ENOUGH = 'far more than an interval needs';

/** 64 TiB. */
const MOST_MEBIBYTES = 67_108_864;

/** What says how large minibatches are. */
const MINIBATCHES = {
  option: 'tokens',
  unset: true,
  why: 'which times one completion instead of minibatches',
} as const;

const gridOptions = declareOptions('Grid', {
  batch: {
    type: listOf(sequences),
    help: 'Prompts in a minibatch, as 1,2,4',
    default: [1],
    needs: MINIBATCHES,
  },
  ctxSize: {
    type: listOf(tokenCount),
    alias: 'c',
    help: 'Tokens of each prompt, as 512,2048',
    default: [512],
    needs: MINIBATCHES,
  },
  newTokens: {
    type: tokenCount,
    help: 'Tokens generated for each prompt',
    default: 32,
    needs: MINIBATCHES,
  },
  tokens: {
    type: tokenCount,
    help: "Instead of minibatches: a completion of N tokens of HumanEval's first prompt",
  },
  parallel: {
    type: listOf(sequences),
    alias: 'p',
    help: 'Of served models: requests at once, as 1,2,4',
    defaultText: '1,2,4',
  },
  requests: {
    type: integerUpTo(100_000, 'more than any server is asked at once'),
    help: 'Of served models: requests in a timed round',
    defaultText: '16',
  },
  warmup: {
    type: wholeNumberUpTo(MOST_REPEATS, ENOUGH),
    help: 'Minibatches before the timed ones',
    default: 2,
  },
  repeats: { type: integerUpTo(MOST_REPEATS, ENOUGH), help: 'Timed minibatches', default: 4 },
  memory: {
    type: integerWithin({
      least: 16,
      whyLeast: 'the least that any process takes',
      most: MOST_MEBIBYTES,
      why: 'more than any machine has',
    }),
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
    data: {
      ...dataOption.data,
      help: "HumanEval's file, for --tokens and served models (also EVALKIT_DATA)",
    },
  }),
  ...notRunOption,
  ...offlineOption,
};

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
    refuseIdleEngineOptions(options, said);
    refuseIdleGridOptions(options, said);
  },
});

/** What only minibatches of models that are loaded here have, and what only requests to served models. */
const OF_MINIBATCHES = ['batch', 'tokens', 'memory'];
const OF_REQUESTS = ['parallel', 'requests'];

function refuseIdleGridOptions(
  {
    model = [],
    data,
    tokens,
  }: {
    readonly model?: readonly string[] | undefined;
    readonly data?: string | undefined;
    readonly tokens?: number | undefined;
  },
  said: ReadonlySet<string>,
): void {
  const isServed = model.length > 0 && model.every(isEndpoint);
  const idle = (isServed ? OF_MINIBATCHES : OF_REQUESTS).find((name) => said.has(name));
  if (idle !== undefined) {
    throw usageError(
      isServed
        ? about`${{ name: idle }} is for models that are loaded here; of served models ${gridOptions.parallel} says how many requests are under way`
        : about`${{ name: idle }} is for served models, and none is named; leave it out`,
    );
  }
  if (said.has('data') && !isServed && tokens === undefined) {
    throw usageError(
      about`${runOptions.data} ${data ?? ''} has no use without ${gridOptions.tokens}; add ${gridOptions.tokens}, or leave ${runOptions.data} out`,
    );
  }
}

/** The options of `evalkit bench`, checked, with defaults in place. */
export type BenchOptions = OptionsOf<typeof benchOptions>;
