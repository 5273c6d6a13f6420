import { checkEngineOptions, engineOptions } from '../../engines/index.ts';
import { windowOptions } from '../../measures/perplexity/options.ts';
import { modelOptions } from '../../models/options.ts';
import { commandOptions, type OptionsOf } from '../../options/parse.ts';
import { formatOptions } from '../../report/options.ts';
import { dataOption } from '../../suites/options.ts';
import { folderOptions, offlineOption } from '../common-options.ts';
import { refuseIdleEngineOptions } from '../idle-engine-options.ts';
import { accessOptions } from '../perplexity/options.ts';

const { reference } = windowOptions;

/** What `evalkit screen` takes. */
export const screenOptions = commandOptions({
  config: 'section',
  options: {
    ...modelOptions,
    reference,
    ...dataOption,
    ...engineOptions.scores,
    ...folderOptions('results/screen-<name>-<plan>'),
    ...accessOptions,
    ...offlineOption,
    ...formatOptions,
  },
  check: (options, said) => {
    checkEngineOptions(options);
    refuseIdleEngineOptions(options, said);
  },
});

/** The options of `evalkit screen`, checked, with defaults in place. */
export type ScreenOptions = OptionsOf<typeof screenOptions>;
