import { z } from 'zod';
import { oneOf } from '../options/option-values.ts';
import { defineLimit } from './limit.ts';

/** The lowest level of the sandbox whose verdicts count; the levels' names rise with their strength. */
export const minSandbox = defineLimit({
  name: 'minSandbox',
  schema: z.enum(['L1', 'L2', 'L3']),
  help: 'Minimum sandbox level of the verdicts: l1, l2 or l3',
  typed: oneOf(['l1', 'l2', 'l3']).transform((level) => LEVELS[level]),
  looser: 'smaller',
  words: (value) => `sandbox ${value} or better`,
  refuseCell: (value, { name, grading }) =>
    grading.sandboxLevel >= value
      ? undefined
      : {
          kind: 'environment',
          reason: `${name} was judged at sandbox level ${grading.sandboxLevel}; judge it where evalkit doctor finds that level`,
        },
});

const LEVELS = { l1: 'L1', l2: 'L2', l3: 'L3' } as const;
