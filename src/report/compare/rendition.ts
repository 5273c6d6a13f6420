import type { CompareReport } from '../../records/comparison.ts';
import type { Rendition } from '../rendition.ts';
import { figuresOf, figureTable } from '../words/figure-table.ts';
import { warningAnnotations } from '../words/pipeline.ts';
import { describeComparisons } from './document.ts';
import { comparePictures, flipMatrix } from './pictures.ts';
import type { ListedFlips } from './flips.ts';

/** Comparisons for every format. */
export function renditionOfComparisons(report: CompareReport, flips: ListedFlips): Rendition {
  return {
    data: () => report,
    document: () => describeComparisons(report, flips),
    table: () =>
      figureTable(
        report.comparisons.flatMap((comparison) =>
          figuresOf({ cell: comparison.candidate.name }, comparison),
        ),
      ),
    pictures: () => comparePictures(report),
    matrix: () => flipMatrix(report.comparisons),
    suites: 'a comparison decides on nothing, evalkit gate does',
    annotations: () =>
      warningAnnotations('evalkit compare', [
        ...new Set(report.comparisons.flatMap(({ warnings }) => warnings)),
      ]),
  };
}
