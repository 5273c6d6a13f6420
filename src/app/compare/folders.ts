import { resolve } from 'node:path';
import { compareGrid } from '../../compare/compare-grid.ts';
import { compareScores, scoredRun } from '../../compare/compare-scores.ts';
import { marginOptions } from '../../limits/index.ts';
import { about, joined } from '../../options/message.ts';
import { usageError } from '../../records/error.ts';
import { renditionOfGridComparison } from '../../report/compare/grid.ts';
import { renditionOfScoreComparison } from '../../report/compare/scores.ts';
import type { Rendition } from '../../report/rendition.ts';
import { readBench } from '../../store/bench-store.ts';
import { type RunKind, wordsOf } from '../../store/kinds.ts';
import { readScores } from '../../store/score-store.ts';
import { kindOfFolder } from '../kind-of-folder.ts';
import type { CompareOptions } from './options.ts';

interface Comparer {
  readonly compare: (run: string, folder: string) => Rendition;
  /** What to do about two folders. */
  readonly together: string;
}

/** Kinds of runs without verdicts, whose cells are compared with one another. */
const COMPARERS: Readonly<Partial<Record<RunKind, Comparer>>> = {
  perplexity: {
    compare: (run, folder) =>
      renditionOfScoreComparison(compareScores(scoredRun(run, readScores(folder)))),
    together: 'score both models in one run: evalkit perplexity --model A,B',
  },
  bench: {
    compare: (run, folder) => renditionOfGridComparison(compareGrid(run, readBench(folder))),
    together: 'measure both models in one grid: evalkit bench --model A,B',
  },
};

/**
 * Compares a folder without verdicts with itself; `undefined` where it has verdicts. Throws a usage
 * error for what it cannot be compared with, and for a margin that would be held against nothing.
 */
export function compareFolder(options: CompareOptions, cwd: string): Rendition | undefined {
  const { reference, candidate, origins } = options;
  const kind = kindOfFolder(reference, cwd);
  const comparer = kind === undefined ? undefined : COMPARERS[kind];
  if (kind === undefined || comparer === undefined) {
    return undefined;
  }
  const what = `${reference} holds ${wordsOf(kind)}`;
  if (candidate !== undefined) {
    throw usageError(
      `${what}, which is compared with no other folder; ${comparer.together}, then evalkit compare RUN`,
    );
  }
  const margins = Object.values(marginOptions).filter(
    ({ name }) => options[name] !== undefined && !origins.has(name),
  );
  if (margins.length > 0) {
    throw usageError(
      about`${what} and no pass rates: ${joined(
        margins.map((margin) => about`${margin}`),
        ' and ',
      )} would be held against nothing; leave it out`,
    );
  }
  return comparer.compare(reference, resolve(cwd, reference));
}
