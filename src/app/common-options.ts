import { z } from 'zod';
import { declareOptions } from '../options/option.ts';
import { flag, text } from '../options/value-types.ts';
import { GLOBAL_WORDS } from './global-words.ts';

const RUN = 'Run';

/** Of everything that may fetch models or data. */
export const offlineOption = declareOptions(RUN, {
  offline: { type: flag, help: 'Use only what is on this machine', default: false },
});

/** Of everything that keeps what it measured in a folder; `usual` is the default folder. */
export function folderOptions(usual: string) {
  return declareOptions(RUN, {
    out: {
      type: text,
      alias: 'o',
      help: 'The folder of the results',
      defaultText: usual,
      writes: 'folder',
    },
    fresh: {
      type: flag,
      help: 'Start over if the folder holds results',
      default: false,
      flagOnly: 'only the command line may erase results',
    },
  });
}

/** Of what fills a table with rows. */
export const notRunOption = declareOptions(RUN, {
  notRun: {
    type: z.array(z.object({ id: z.string().min(1), reason: z.string().min(1) }), {
      error: 'must be a list of rows with id and reason',
    }),
    help: 'Rows of the table that cannot be filled, each with its reason',
    default: [],
    configOnly: true,
  },
});

/** Of every command. */
export const globalOptions = declareOptions('Options', {
  config: { type: text, reads: true, ...GLOBAL_WORDS.config },
  debug: { type: flag, default: false, ...GLOBAL_WORDS.debug },
});

/** Of suites whose tests have parts. */
export const metricOption = declareOptions('Compare', {
  metric: {
    type: text,
    help: 'The part of the tests whose passes count: base or plus',
    defaultText: 'the headline: plus',
  },
});
