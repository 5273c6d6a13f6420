import { computeOptions } from '../../engines/options.ts';
import { enginePythonOption } from '../../environments/options.ts';
import { declareOptions } from '../../options/option.ts';
import { commandOptions, type OptionsOf } from '../../options/parse.ts';
import { text } from '../../options/value-types.ts';
import { listingOptions } from '../../report/options.ts';
import { offlineOption } from '../common-options.ts';

const ownOptions = declareOptions('Convert', {
  source: {
    type: text,
    positional: true,
    required: true,
    help: 'FOLDER of safetensors with its config and tokenizer, or hf:owner/repo[@revision]',
    reads: true,
  },
  out: {
    type: text,
    alias: 'o',
    help: 'The .gguf to write',
    defaultText: 'it stays in the cache',
    writes: 'file',
  },
  threads: computeOptions.threads,
});

/** What `evalkit convert` takes. */
export const convertOptions = commandOptions({
  options: { ...ownOptions, ...enginePythonOption, ...offlineOption, ...listingOptions },
});

/** The options of `evalkit convert`, checked, with defaults in place. */
export type ConvertOptions = OptionsOf<typeof convertOptions>;
