import { modelOptions } from '../../models/options.ts';
import { declareOptions } from '../../options/option.ts';
import { commandOptions, type OptionsOf } from '../../options/parse.ts';
import { listOf, text } from '../../options/value-types.ts';
import { listingOptions } from '../../report/options.ts';
import { offlineOption } from '../common-options.ts';

/** What `evalkit models list` takes. */
export const modelListOptions = commandOptions({ config: 'models', options: listingOptions });

export type ModelListOptions = OptionsOf<typeof modelListOptions>;

/** What `evalkit models pull` takes. */
export const pullOptions = commandOptions({
  config: 'models',
  options: {
    ...declareOptions('Models', {
      model: {
        type: listOf(text),
        positional: true,
        required: true,
        help: 'ITEM as in --model: q8, base:quant, hf:owner/repo:QUANT, hf:owner/repo/file.gguf',
      },
      base: modelOptions.base,
    }),
    ...offlineOption,
    ...listingOptions,
  },
});

/** The options of `evalkit models pull`, checked, with defaults in place. */
export type PullOptions = OptionsOf<typeof pullOptions>;
