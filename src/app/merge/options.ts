import { declareOptions } from '../../options/option.ts';
import { commandOptions, type OptionsOf } from '../../options/parse.ts';
import { flag, text, texts } from '../../options/value-types.ts';
import { formatOptions } from '../../report/options.ts';

/** What `evalkit merge` takes. */
export const mergeOptions = commandOptions({
  options: {
    ...declareOptions('Merge', {
      shards: {
        type: texts,
        positional: true,
        required: true,
        help: 'Folders that the same command made with --shard 1/n to n/n',
      },
      out: {
        type: text,
        alias: 'o',
        required: true,
        help: 'The folder of the whole run',
        writes: 'folder',
      },
      fresh: {
        type: flag,
        help: 'Replace the run that lies there',
        default: false,
        flagOnly: 'only the command line may erase results',
      },
      latency: {
        type: flag,
        help: 'Merge the timings too, which must be of one kind of hardware',
        default: true,
      },
    }),
    ...formatOptions,
  },
});

/** The options of `evalkit merge`, checked, with defaults in place. */
export type MergeOptions = OptionsOf<typeof mergeOptions>;
