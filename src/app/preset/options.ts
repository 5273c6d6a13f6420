import { z } from 'zod';
import { about } from '../../options/message.ts';
import { declareOptions } from '../../options/option.ts';
import { commandOptions, type OptionsOf } from '../../options/parse.ts';
import { flag, text } from '../../options/value-types.ts';
import { usageError } from '../../records/error.ts';
import { globalOptions, offlineOption } from '../common-options.ts';

/** What `evalkit preset` takes. */
export const presetOptions = commandOptions({
  options: {
    ...declareOptions('Run', {
      name: {
        type: text,
        positional: true,
        help: 'Name of a preset, or a config file of your own',
      },
      dryRun: {
        type: flag,
        help: 'Print what would be run',
        default: false,
        needs: { option: 'name', why: 'of which it prints the runs' },
      },
    }),
    ...offlineOption,
    ...declareOptions('Options', {
      config: { ...globalOptions.config, type: text.or(z.literal(false)) },
    }),
  },
  check: ({ name, config }) => {
    if (name !== undefined && typeof config === 'string') {
      throw usageError(
        about`${globalOptions.config} ${config}: preset ${name} is a config file itself; leave ${globalOptions.config} out, or name your file instead of the preset`,
      );
    }
  },
});

/** The options of `evalkit preset`, checked, with defaults in place. */
export type PresetOptions = OptionsOf<typeof presetOptions>;
