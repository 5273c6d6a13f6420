import { counted } from '../records/counted.ts';
import { z } from 'zod';
import type { TaskPair } from '../metrics/paired-drop.ts';
import { exactPercent, percent } from '../report/words/words.ts';
import { defineLimit } from './limit.ts';
import { typedShare } from './typed-values.ts';

/** pass@1 must be at least this. */
export const minPass = defineLimit({
  name: 'minPass',
  schema: z.number().gt(0).lt(1),
  help: 'Minimum pass@1, as 0.6 or 60% (a point threshold)',
  typed: typedShare('%', 0, 'must be a pass rate between 0 and 1; write 0.6 or 60%'),
  looser: 'smaller',
  isPointThreshold: true,
  words: (value) => `pass@1 at least ${percent(value)}`,
  verdict: (value, { pairs }) => verdictOn(pairs, value),
  check: (value, { pairs }) => ({
    verdict: verdictOn(pairs, value),
    detail: `pass@1 ${exactPercent(rateOf(pairs))} over n = ${counted(pairs.length, 'task')}, minimum ${exactPercent(value)}`,
  }),
});

function verdictOn(pairs: readonly TaskPair[], least: number): 'pass' | 'fail' {
  return rateOf(pairs) >= least ? 'pass' : 'fail';
}

function rateOf(pairs: readonly TaskPair[]): number {
  const shares = pairs.map(({ candidate }) => candidate.passed / candidate.samples);
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
