import { declareOptions } from '../options/option.ts';
import { listOf, text } from '../options/value-types.ts';
import { DEFAULT_BASE } from './catalogue/catalogue.ts';

/** The quantization that is measured where the user names none. */
export const DEFAULT_MODEL = 'q4_k_m';

/** Which models are measured. */
export const modelOptions = declareOptions('Models', {
  model: {
    type: listOf(text),
    alias: 'm',
    help: 'ITEM,…: a quantization (q8, q4_k_m, f16), a .gguf, base:quant, hf:owner/repo:QUANT or engine:path',
    defaultText: `${DEFAULT_MODEL}, or the base itself if that is a file`,
    reads: true,
  },
  base: {
    type: text,
    alias: 'b',
    help: 'The model that quantizations are made from: a catalogue name, a .gguf or hf:owner/repo',
    defaultText: DEFAULT_BASE,
    reads: true,
  },
});

/** Where quantizations come from. */
export const quantizeFromOption = declareOptions('Models', {
  quantizeFrom: {
    type: text,
    help: 'Make every quantization here from this one file: a .gguf, base:quant or an hf: item',
    reads: true,
  },
});
