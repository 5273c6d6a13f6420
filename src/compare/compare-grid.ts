import { nearest } from '../metrics/nearest.ts';
import { unpairedRatio } from '../metrics/unpaired-ratio.ts';
import type { BenchCell, BenchCellReport, BenchHeader, BenchResult } from '../records/bench.ts';
import type { BenchComparison, CellComparison } from '../records/bench-comparison.ts';
import { usageError } from '../records/error.ts';
import { sha256Json } from '../records/hash.ts';
import { ONE_MINIBATCH, secondsOf, summarizeBench } from '../report/bench/summary.ts';
import { sizeRatioOf } from './size-ratio.ts';

/** A cell with its figures. */
interface Timed {
  readonly cell: BenchCell;
  readonly report: BenchCellReport;
}

/**
 * Holds a grid's cells against those of one reference model, the nearest to the original weights:
 * only cells of the same work and settings. Throws a usage error where there is nothing to compare.
 */
export function compareGrid(
  run: string,
  { header, results }: { readonly header: BenchHeader; readonly results: readonly BenchResult[] },
): BenchComparison {
  const { cells, status, planHash, speedups, warnings } = summarizeBench(header, results);
  const reports = new Map(cells.map((report) => [report.id, report]));
  const timed = header.plan.cells.flatMap((cell): Timed[] => {
    const report = reports.get(cell.id);
    return report === undefined ? [] : [{ cell, report }];
  });
  const { model } = nearest(header.plan.cells, (cell) => ({
    ...cell.model,
    modeRank: 0,
    isRounded: false,
  }));
  const comparisons = comparisonsWith(model.weights.sha256, timed);
  if (comparisons.length === 0 && speedups.length === 0) {
    throw usageError(
      `${run} holds the times of one model, and no two of its cells are held against one another; measure several in one grid: evalkit bench --model A,B`,
    );
  }
  return {
    version: 1,
    kind: 'bench',
    run,
    status,
    planHash,
    reference: `${model.base}:${model.quantization}`,
    comparisons,
    speedups,
    warnings,
  };
}

function comparisonsWith(sha256: string, timed: readonly Timed[]): CellComparison[] {
  const isReference = ({ cell }: Timed) => cell.model.weights.sha256 === sha256;
  const references = new Map(timed.filter(isReference).map((one) => [circumstances(one), one]));
  return timed.flatMap((one) => {
    const reference = references.get(circumstances(one));
    return isReference(one) || reference === undefined ? [] : [compareCells(reference, one)];
  });
}

/** All that two cells must share for their times to tell of the models alone. */
function circumstances({ cell: { work, settings } }: Timed): string {
  return sha256Json({ work, settings });
}

function compareCells(reference: Timed, candidate: Timed): CellComparison {
  return {
    candidate: sideOf(candidate),
    reference: sideOf(reference),
    secondsRatio: secondsRatioOf(reference.report, candidate.report),
    sizeRatio: sizeRatioOf(reference.cell.model, candidate.cell.model),
  };
}

function sideOf({ report }: Timed): CellComparison['candidate'] {
  const { id, model, quantization, seconds, prefillTokensPerSecond, decodeTokensPerSecond } =
    report;
  return { id, model, quantization, seconds, prefillTokensPerSecond, decodeTokensPerSecond };
}

function secondsRatioOf(
  reference: BenchCellReport,
  candidate: BenchCellReport,
): CellComparison['secondsRatio'] {
  const [was, is] = [reference.outcome, candidate.outcome];
  if (was?.kind !== 'measured' || is?.kind !== 'measured') {
    return { notRun: 'one of the two was not measured' };
  }
  return (
    unpairedRatio(secondsOf(is), secondsOf(was)) ?? {
      notRun: ONE_MINIBATCH,
    }
  );
}
