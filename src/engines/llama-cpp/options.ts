import { declareOptions } from '../../options/option.ts';
import {
  integerUpTo,
  listOf,
  listOfDistinct,
  oneOf,
  wholeNumberUpTo,
} from '../../options/value-types.ts';
import { usageError } from '../../records/error.ts';
import { GROUP, tokenCount } from '../options.ts';
import { CACHE_TYPE_NAMES, settingsProblem } from './settings.ts';

/** Whether attention is computed by the fused kernel. */
const flashMode = oneOf(['on', 'off', 'auto']);

/** A type of the key or value cache. */
const cacheType = oneOf(CACHE_TYPE_NAMES);

const computing = declareOptions(GROUP, {
  batchSize: {
    type: integerUpTo(65_536, 'more than one pass over the weights can use'),
    help: 'Maximum number of tokens evaluated in one pass',
    default: 512,
  },
  gpuLayers: {
    type: wholeNumberUpTo(9_999, 'more than any model has'),
    help: 'Layers computed on a GPU',
    default: 0,
  },
});

const flash = { type: flashMode, help: 'Flash attention', default: 'auto' } as const;

/** Several cache types are an axis of cells. */
const cacheTypes = (help: string) =>
  ({ type: listOfDistinct(cacheType), help, default: ['f16'] }) as const;

/** What llama.cpp is told, by what for. */
export const llamaCppOptions = {
  completions: {
    ...computing,
    ...declareOptions(GROUP, {
      ctxSize: {
        type: tokenCount,
        alias: 'c',
        help: 'Tokens that a sequence can hold',
        defaultText: 'what the prompts need',
      },
      flash,
      cacheTypeK: cacheTypes('Types of the key cache; each makes a cell'),
      cacheTypeV: cacheTypes('Types of the value cache; each makes a cell'),
    }),
  },
  benchmark: {
    ...computing,
    ...declareOptions(GROUP, {
      flash: {
        type: listOf(flashMode),
        help: 'Flash attention; on,off also gives the speed-up',
        default: ['auto'],
      },
      cacheTypeK: cacheTypes('Types of the key cache'),
      cacheTypeV: cacheTypes('Types of the value cache'),
    }),
  },
  scores: {
    ...computing,
    ...declareOptions(GROUP, {
      flash,
      cacheTypeK: { type: cacheType, help: 'Type of the key cache', default: 'f16' },
      cacheTypeV: { type: cacheType, help: 'Type of the value cache', default: 'f16' },
    }),
  },
};

/** Throws a usage error for a combination that no context can have. */
export function checkLlamaCppOptions({ flash: mode, cacheTypeK, cacheTypeV }: Attention): void {
  const problem = [cacheTypeK]
    .flat()
    .flatMap((k) => [cacheTypeV].flat().map((v) => ({ flash: mode, cacheTypeK: k, cacheTypeV: v })))
    .map(settingsProblem)
    .find((words) => words !== undefined);
  if (problem !== undefined) {
    throw usageError({ text: problem, options: ['flash', 'cacheTypeK', 'cacheTypeV'] });
  }
}

interface Attention {
  readonly flash: 'on' | 'off' | 'auto';
  readonly cacheTypeK: string | readonly string[];
  readonly cacheTypeV: string | readonly string[];
}
