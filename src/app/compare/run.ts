import { compareAll } from '../../compare/compare-cells.ts';
import { firstLineOf } from '../../compare/first-line.ts';
import type { CompareOptions } from './options.ts';
import { type GivenLimits, limitsOf } from '../../limits/given.ts';
import type { CompareReport } from '../../records/comparison.ts';
import { usageError } from '../../records/error.ts';
import { candidatesIn, loadReference, openRun, wholeRun } from '../gate/load-evidence.ts';

/** All of `evalkit compare`: reads the records, compares, writes nothing. */
export function runCompare(
  options: Pick<CompareOptions, 'reference' | 'candidate'> & GivenLimits,
  cwd: string,
): CompareReport {
  const { evidence: reference, baseline, run } = loadReference(options.reference, cwd);
  const limits = limitsOf(options, baseline?.limits);
  const candidates =
    options.candidate === undefined
      ? candidatesIn(wholeRun(run ?? openRun(options.reference, cwd))).filter(
          ({ id }) => id !== reference.id,
        )
      : candidatesIn(openRun(options.candidate, cwd));
  if (candidates.length === 0) {
    throw usageError(
      `${options.reference} has one cell, which is compared with nothing; name a second run: evalkit compare ${options.reference} OTHER`,
    );
  }
  return {
    version: 1,
    firstLine: firstLineOf(reference, candidates),
    limits,
    comparisons: compareAll(reference, candidates, limits),
  };
}
