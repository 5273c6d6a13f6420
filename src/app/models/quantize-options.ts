import { computeOptions } from '../../engines/options.ts';
import { modelOptions, quantizeFromOption } from '../../models/options.ts';
import { declareOptions } from '../../options/option.ts';
import { commandOptions, type OptionsOf } from '../../options/parse.ts';
import { listOf, text } from '../../options/value-types.ts';
import { listingOptions } from '../../report/options.ts';
import { offlineOption } from '../common-options.ts';

const ownOptions = declareOptions('Quantize', {
  model: {
    type: listOf(text),
    required: true,
    alias: 'm',
    help: 'Quantizations to make, as q4_0,q5_k_m,q2_k: every type of llama.cpp',
  },
  base: { ...modelOptions.base, help: 'The model: a catalogue name, a .gguf or hf:owner/repo' },
  quantizeFrom: {
    ...quantizeFromOption.quantizeFrom,
    help: 'The file to make them from: a .gguf, base:quant or an hf: item',
    defaultText: 'the file of the base that is nearest to the original weights',
  },
  imatrix: {
    type: text,
    help: "Importance matrix of llama.cpp's llama-imatrix (.gguf or .dat)",
    reads: true,
  },
  out: {
    type: text,
    alias: 'o',
    help: 'Folder for the files',
    defaultText: 'they stay in the cache',
    writes: 'folder',
  },
  threads: computeOptions.threads,
});

/** What `evalkit quantize` takes. */
export const quantizeOptions = commandOptions({
  config: 'section',
  options: { ...ownOptions, ...offlineOption, ...listingOptions },
});

/** The options of `evalkit quantize`, checked, with defaults in place. */
export type QuantizeOptions = OptionsOf<typeof quantizeOptions>;
