import { about } from '../options/message.ts';
import { nearestNames } from '../models/nearest-names.ts';
import { usageError } from '../records/error.ts';
import { HUMANEVAL } from './humaneval/suite.ts';
import { HUMANEVAL_JS } from './humaneval-js/suite.ts';
import { HUMANEVAL_PLUS } from './humaneval-plus/suite.ts';
import { MBPP_PLUS } from './mbpp-plus/suite.ts';
import type { Suite } from './suite.ts';

/** Every suite. A new one is a folder beside this file and an entry here. */
export const SUITES: readonly Suite[] = [HUMANEVAL, HUMANEVAL_PLUS, MBPP_PLUS, HUMANEVAL_JS];

/** The suite that is meant where none is named. */
export const DEFAULT_SUITE = HUMANEVAL;

/** The suite of that name. Throws a usage error with the nearest names if there is none. */
export function findSuite(name: string): Suite {
  const found = SUITES.find((suite) => suite.name === name);
  if (found === undefined) {
    const nearest = nearestNames(
      name,
      SUITES.map((suite) => suite.name),
    );
    throw usageError(
      about`${{ name: 'suite' }} ${name}: there is no suite of that name; nearest: ${nearest.join(', ')}`,
    );
  }
  return found;
}
