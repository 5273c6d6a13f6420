import { compareAll, type ToCompare } from '../../compare/compare-cells.ts';
import { firstLineOf } from '../../compare/first-line.ts';
import type { CompareOptions } from './options.ts';
import { type GivenLimits, limitsOf } from '../../limits/given.ts';
import type { CompareReport } from '../../records/comparison.ts';
import { usageError } from '../../records/error.ts';
import type { SuitesComparison } from '../../records/suites.ts';
import {
  candidatesIn,
  type LoadedReference,
  loadReference,
  loadReferences,
  openRun,
  type Reading,
  wholeRun,
} from '../gate/load-evidence.ts';
import { type SuiteRun, suiteRuns } from '../suite-runs.ts';

type Choice = Pick<CompareOptions, 'reference' | 'candidate' | 'metric'> & GivenLimits;

/** All of `evalkit compare` on one suite: reads the records, compares, writes nothing. */
export function runCompare(options: Choice, cwd: string): CompareReport {
  const { reference, candidate } = options;
  const reading = { cwd, metric: options.metric };
  const loaded = loadReference(reference, reading);
  const [report] = compareSides([sidesOf({ reference, loaded, candidate }, options, reading)]);
  if (report === undefined) {
    throw new Error('a comparison without a result');
  }
  return report;
}

/** `evalkit compare` on several suites; `undefined` where neither side holds any. */
export function runSuitesCompare(options: Choice, cwd: string): SuitesComparison | undefined {
  const { reference, candidate } = options;
  const suites = suiteRuns(candidate ?? reference, cwd);
  if (suites === undefined) {
    return undefined;
  }
  const names = suites.map(({ name }) => name);
  const reading = { cwd, metric: options.metric };
  const loaded = loadReferences(reference, names, reading);
  const sides = suites.map(({ name, run }: SuiteRun) =>
    sidesOf(
      {
        reference: candidate === undefined ? run : reference,
        loaded: loaded.get(name) ?? loadReference(run, reading),
        candidate: candidate === undefined ? undefined : run,
      },
      options,
      reading,
    ),
  );
  const reports = compareSides(sides);
  return {
    version: 1,
    kind: 'suites',
    suites: Object.fromEntries(
      reports.flatMap((report, index) => {
        const name = names[index];
        return name === undefined ? [] : [[name, report]];
      }),
    ),
  };
}

function sidesOf(
  named: {
    readonly reference: string;
    readonly loaded: LoadedReference;
    readonly candidate: string | undefined;
  },
  options: GivenLimits,
  reading: Reading,
): ToCompare {
  const { evidence: reference, baseline, run } = named.loaded;
  const limits = limitsOf(options, baseline?.limits);
  const candidates =
    named.candidate === undefined
      ? candidatesIn(wholeRun(run ?? openRun(named.reference, reading))).filter(
          ({ id }) => id !== reference.id,
        )
      : candidatesIn(openRun(named.candidate, reading));
  if (candidates.length === 0) {
    throw usageError(
      `${named.reference} has one cell, which is compared with nothing; name a second run: evalkit compare ${named.reference} OTHER`,
    );
  }
  return { reference, candidates, limits };
}

function compareSides(all: readonly ToCompare[]): CompareReport[] {
  const comparisons = compareAll(all);
  return all.map(({ reference, candidates, limits }, index) => ({
    version: 1,
    firstLine: firstLineOf(reference, candidates),
    limits,
    ...(reference.metric === undefined ? {} : { metric: reference.metric }),
    comparisons: comparisons[index] ?? [],
  }));
}
