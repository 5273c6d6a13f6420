import { declareOptions } from '../../options/option.ts';
import { commandOptions, type OptionsOf } from '../../options/parse.ts';
import { ascendingIntegers, flag, text } from '../../options/value-types.ts';
import { formatOptions } from '../../report/options.ts';
import { sandboxOptions } from '../../sandbox/options.ts';
import { taskOptions } from '../../suites/options.ts';
import { shardOption } from '../shard.ts';
import { testSeedOption } from '../test-seed.ts';
import { folderOptions, offlineOption } from '../common-options.ts';

const ownOptions = declareOptions('Samples', {
  samples: {
    type: text,
    positional: true,
    required: true,
    reads: true,
    help: 'A .jsonl or .jsonl.gz with task_id and completion on each line; - for stdin; or the folder of a run, whose missing verdicts are reached',
  },
  out: {
    type: text,
    alias: 'o',
    help: 'Where the results go',
    defaultText: 'SAMPLES_results.jsonl',
    writes: 'file',
  },
  run: {
    type: text,
    help: 'The folder that the verdicts are kept in',
    defaultText: 'results/<samples>-<plan>',
    writes: 'folder',
  },
  fresh: { ...folderOptions('').fresh, help: 'Judge again what has a verdict' },
  k: { type: ascendingIntegers, help: 'Which pass@k', defaultText: '1,10,100' },
  suite: {
    ...taskOptions.suite,
    type: text,
    help: 'The suite of tasks, or the path of your own (suite.yaml)',
  },
  data: {
    type: text,
    help: "The tasks: the suite's file or another set in its format (also EVALKIT_DATA)",
    reads: true,
  },
  extract: {
    type: flag,
    help: 'Take the code out of answers in chat form, as humaneval does',
    default: false,
  },
  skipUnsupported: {
    type: flag,
    help: 'Leave out tasks of another set that cannot be judged',
    default: false,
  },
});

/** What `evalkit judge` takes. */
export const judgeOptions = commandOptions({
  config: 'section',
  options: {
    ...ownOptions,
    ...shardOption,
    ...sandboxOptions,
    ...testSeedOption,
    ...offlineOption,
    ...formatOptions,
  },
});

/** The options of `evalkit judge`, checked, with defaults in place. */
export type JudgeOptions = OptionsOf<typeof judgeOptions>;
