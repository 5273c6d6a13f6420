import { declareOptions } from '../options/option.ts';
import { isBareEndpoint, isEndpoint } from '../records/endpoint.ts';
import { listOf, splitByCommas, text } from '../options/value-types.ts';
import { DEFAULT_BASE } from './catalogue/catalogue.ts';

/** The quantization that is measured where the user names none. */
export const DEFAULT_MODEL = 'q4_k_m';

/** Which models are measured. */
export const modelOptions = declareOptions('Models', {
  model: {
    type: listOf(text, splitItems),
    alias: 'm',
    help: 'ITEM,…: a quantization (q8, q4_k_m, f16), a .gguf, a folder of safetensors, base:quant, hf:owner/repo:QUANT, http://host:port/v1#model or engine:path',
    defaultText: `${DEFAULT_MODEL}, or the base itself if that is a file`,
    reads: true,
  },
  base: {
    type: text,
    alias: 'b',
    help: 'The model that quantizations are made from: a catalogue name, a .gguf, a folder of safetensors or hf:owner/repo',
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

/** An address right behind an address is a further server of the same model, and no item of its own. */
function splitItems(joined: string): string[] {
  const items: string[] = [];
  for (const part of splitByCommas(joined)) {
    const last = items.at(-1);
    if (last !== undefined && isEndpoint(last) && isBareEndpoint(part)) {
      items[items.length - 1] = `${last},${part}`;
    } else {
      items.push(part);
    }
  }
  return items;
}
