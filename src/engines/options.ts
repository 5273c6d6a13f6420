import { availableParallelism } from 'node:os';
import { declareOptions } from '../options/option.ts';
import { integerUpTo, integerUpToHere } from '../options/value-types.ts';

export const GROUP = 'Engine';

/** Sequences evaluated at once; the bound is llama.cpp's (`LLAMA_MAX_SEQ`). */
export const sequences = integerUpTo(256, 'the most that llama.cpp evaluates at once');

/** Tokens of a context, a prompt or a completion. */
export const tokenCount = integerUpTo(10_000_000, 'more than any model can hold');

/** What every engine is told that computes on this machine. */
export const computeOptions = declareOptions(GROUP, {
  threads: {
    type: integerUpToHere(availableParallelism, 'the processors that there are for evalkit here'),
    alias: 't',
    help: 'Threads to compute with',
    defaultText: 'the available cores',
  },
});

/** How many completions any engine generates at once. */
export const parallelOption = declareOptions(GROUP, {
  parallel: {
    type: sequences,
    alias: 'p',
    help: 'Sequences generated at once',
    default: 16,
  },
});
