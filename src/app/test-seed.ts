import { randomBytes } from 'node:crypto';
import { about } from '../options/message.ts';
import { declareOptions } from '../options/option.ts';
import { text } from '../options/value-types.ts';
import { usageError } from '../records/error.ts';
import { PROTECTION } from '../sandbox/grader.ts';

const BYTES = 16;

/** The option of everything that begins a run of verdicts. */
export const testSeedOption = declareOptions('Judging', {
  testSeed: {
    type: text,
    help: "Where the tests' random draws begin: an earlier run's testSeed repeats its verdicts",
    defaultText: 'drawn for each run',
    flagOnly: PROTECTION,
  },
});

interface TestSeedOptions {
  readonly testSeed?: string | undefined;
}

/**
 * The seed of a run that begins now. It is a secret until the run is over: a completion that knew it
 * could know the tests' random inputs beforehand.
 */
export function newTestSeed({ testSeed }: TestSeedOptions): string {
  return testSeed ?? randomBytes(BYTES).toString('hex');
}

/** Throws a usage error where a run that goes on was begun with another seed than was asked for. */
export function checkTestSeed(
  { testSeed }: TestSeedOptions,
  header: { readonly testSeed?: string | undefined },
): void {
  if (testSeed !== undefined && testSeed !== header.testSeed) {
    throw usageError(
      about`${testSeedOption.testSeed} ${testSeed}: this run began with ${header.testSeed ?? 'none'}; leave it out to continue, or --fresh to judge anew`,
    );
  }
}
