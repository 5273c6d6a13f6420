import { resolve } from 'node:path';
import { compareGrid } from '../../compare/compare-grid.ts';
import { compareScores } from '../../compare/compare-scores.ts';
import { marginOptions } from '../../limits/index.ts';
import { about, joined } from '../../options/message.ts';
import type { BenchComparison } from '../../records/bench-comparison.ts';
import { usageError } from '../../records/error.ts';
import { renditionOfGridComparison } from '../../report/compare/grid.ts';
import { renditionOfScoreComparison } from '../../report/compare/scores.ts';
import type { Rendition } from '../../report/rendition.ts';
import { readBench } from '../../store/bench-store.ts';
import { type RunKind, wordsOf } from '../../store/kinds.ts';
import { readScores } from '../../store/score-store.ts';
import { findCells, type RunName, splitRunName } from '../cell-name.ts';
import { kindOfFolder } from '../kind-of-folder.ts';
import { chosenScores } from '../chosen-scores.ts';
import type { CompareOptions } from './options.ts';

interface Comparer {
  readonly compare: (name: RunName, folder: string) => Rendition;
  /** What to do about two folders. */
  readonly together: string;
}

/** Kinds of runs without verdicts, whose cells are compared with one another. */
const COMPARERS: Readonly<Partial<Record<RunKind, Comparer>>> = {
  perplexity: {
    compare: (name, folder) =>
      renditionOfScoreComparison(compareScores(chosenScores(name, readScores(folder)))),
    together: 'score both models in one run: evalkit perplexity --model A,B',
  },
  bench: {
    compare: (name, folder) => renditionOfGridComparison(chosenCells(name, readBench(folder))),
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
  const named = splitRunName(reference, cwd);
  const what = `${named.run} holds ${wordsOf(kind)}`;
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
  return comparer.compare(named, resolve(cwd, named.run));
}

/** The whole grid's comparison, or what it says of the cells that were named: one, or a model's. */
function chosenCells(
  { run, cell }: RunName,
  records: Parameters<typeof compareGrid>[1],
): BenchComparison {
  const whole = compareGrid(run, records);
  if (cell === undefined) {
    return whole;
  }
  const ids = records.header.plan.cells.map(({ id }) => id);
  const chosen = new Set(findCells(run, ids, cell));
  const comparisons = whole.comparisons.filter(
    ({ candidate, reference }) => chosen.has(candidate.id) || chosen.has(reference.id),
  );
  const speedups = whole.speedups.filter(
    ({ cell: of, over }) => chosen.has(of) || chosen.has(over),
  );
  if (comparisons.length + speedups.length === 0) {
    throw usageError(
      `${run}: ${[...chosen].join(', ')} is held against no other cell; leave #${cell} out, or measure another model alike`,
    );
  }
  return { ...whole, comparisons, speedups };
}
