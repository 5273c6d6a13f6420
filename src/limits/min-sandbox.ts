import { z } from 'zod';
import { oneOf } from '../options/value-types.ts';
import { defineLimit } from './limit.ts';

/** The lowest level of the sandbox whose verdicts count. */
export const minSandbox = defineLimit({
  name: 'minSandbox',
  schema: z.enum(['L1', 'L2', 'L3']),
  help: 'Minimum sandbox level of the verdicts',
  typed: oneOf(['l1', 'l2', 'l3']).transform((level) => LEVELS[level]),
  looser: 'smaller',
  words: (value) => `sandbox ${value} or better`,
  refuseCell: (value, { name, grading }) =>
    // A level of another name is none of these, and so too weak.
    RISING.indexOf(grading.grader.level) >= RISING.indexOf(value)
      ? undefined
      : {
          kind: 'environment',
          reason: `${name} was judged at sandbox level ${grading.grader.level}; judge it where evalkit doctor finds that level`,
        },
});

/** From the weakest. */
const RISING: readonly string[] = ['L1', 'L2', 'L3'];
const LEVELS = { l1: 'L1', l2: 'L2', l3: 'L3' } as const;
