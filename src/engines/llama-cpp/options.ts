import { declareOptions } from '../../options/option.ts';
import {
  integerUpTo,
  listOfDistinct,
  oneOf,
  positiveInteger,
  wholeNumber,
} from '../../options/value-types.ts';
import { usageError } from '../../records/error.ts';
import { CACHE_TYPE_NAMES, settingsProblem } from './settings.ts';

/** Sequences evaluated at once; the bound is llama.cpp's (`LLAMA_MAX_SEQ`). */
export const sequences = integerUpTo(256, 'the most that llama.cpp evaluates at once');

/** Whether attention is computed by the fused kernel. */
export const flashMode = oneOf(['on', 'off', 'auto']);

/** A type of the key or value cache. */
export const cacheType = oneOf(CACHE_TYPE_NAMES);

const GROUP = 'Engine';

/** How much is computed at once, and on what. */
export const computeOptions = declareOptions(GROUP, {
  threads: {
    type: positiveInteger,
    alias: 't',
    help: 'Threads to compute with',
    defaultText: 'the cores that are free to use',
  },
  batchSize: {
    type: positiveInteger,
    help: 'Maximum number of tokens evaluated in one pass',
    default: 512,
  },
  gpuLayers: { type: wholeNumber, help: 'Layers computed on a GPU', default: 0 },
});

/** How attention is computed and cached. */
export const attentionOptions = declareOptions(GROUP, {
  flash: { type: flashMode, help: 'Flash attention', default: 'auto' },
  cacheTypeK: { type: cacheType, help: 'Type of the key cache', default: 'f16' },
  cacheTypeV: { type: cacheType, help: 'Type of the value cache', default: 'f16' },
});

/** The same where several cache types are an axis of cells. */
export const attentionAxisOptions = declareOptions(GROUP, {
  flash: attentionOptions.flash,
  cacheTypeK: {
    type: listOfDistinct(cacheType),
    help: 'Types of the key cache; several make a cell each',
    default: ['f16'],
  },
  cacheTypeV: {
    type: listOfDistinct(cacheType),
    help: 'Types of the value cache; several make a cell each',
    default: ['f16'],
  },
});

/** Room for the sequences that are generated. */
export const sequenceOptions = declareOptions(GROUP, {
  parallel: {
    type: sequences,
    alias: 'p',
    help: 'Sequences generated at once',
    default: 16,
  },
  ctxSize: {
    type: positiveInteger,
    alias: 'c',
    help: 'Tokens that a sequence can hold',
    defaultText: 'what the prompts need',
  },
});

/** Throws a usage error for a combination that no context can have. */
export function checkAttention({ flash, cacheTypeK, cacheTypeV }: Attention): void {
  const problem = [cacheTypeK]
    .flat()
    .flatMap((k) => [cacheTypeV].flat().map((v) => ({ flash, cacheTypeK: k, cacheTypeV: v })))
    .map(settingsProblem)
    .find((words) => words !== undefined);
  if (problem !== undefined) {
    throw usageError({ text: problem, options: Object.keys(attentionOptions) });
  }
}

interface Attention {
  readonly flash: 'on' | 'off' | 'auto';
  readonly cacheTypeK: string | readonly string[];
  readonly cacheTypeV: string | readonly string[];
}
