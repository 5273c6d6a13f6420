import type { PerplexityComparison, ScoreComparison } from '../../records/perplexity-comparison.ts';
import { divergenceTable, rowsText } from '../perplexity/tables.ts';
import type { Rendition } from '../rendition.ts';
import type { ReportDocument } from '../words/document.ts';
import { figuresOf, figureTable } from '../words/figure-table.ts';
import { warningAnnotations } from '../words/pipeline.ts';
import { interval, threePlaces } from '../words/words.ts';

/** Models' scores held against the reference's, for every format. */
export function renditionOfScoreComparison(report: PerplexityComparison): Rendition {
  return {
    data: () => report,
    document: () => describeScores(report),
    table: () =>
      figureTable(
        report.comparisons.flatMap((comparison) => {
          const { cell, model, quantization } = comparison;
          const plan = report.planHash.slice(0, 8);
          return figuresOf({ plan, cell, model, quantization }, comparison);
        }),
      ),
    suites: 'a comparison decides on nothing, evalkit gate --max-kl does',
    annotations: () => warningAnnotations('evalkit compare', report.warnings),
  };
}

function describeScores(report: PerplexityComparison): ReportDocument {
  const { firstLine, reference, comparisons, text, status, warnings } = report;
  const { perplexity } = reference;
  return {
    title: `compare: ${firstLine}`,
    table: [HEADS, ...comparisons.map(ratioRow)],
    tables: [
      {
        heading: 'against the reference',
        table: divergenceTable(
          comparisons.map(({ cell, divergence }) => ({ id: cell, divergence })),
        ),
      },
    ],
    sections: [
      ...comparisons.flatMap(missing),
      {
        heading: 'compare',
        facts: [
          ['scores', `${report.run}, ${status}`],
          [
            'reference',
            'notRun' in perplexity
              ? `${reference.id}, perplexity not run: ${perplexity.notRun}`
              : `${reference.id}, perplexity ${perplexity.micro.toFixed(4)}, 95 % interval ${interval(perplexity.ci95, digits)}, n = ${perplexity.tokens} tokens`,
          ],
          [
            'text',
            `${text.source.name}, sha256 ${text.sha256}, ${rowsText(text, 'notRun' in perplexity ? 'rows' : perplexity.method)}`,
          ],
          [
            'ratio',
            "of perplexities over the same tokens, this model's over the reference's: above 1 is worse; exp of the NLL difference, paired, with its interval",
          ],
          ['verdict', 'none: no pass rate was measured here, so no margin applies'],
        ],
      },
    ],
    warnings,
  };
}

const HEADS = ['cell', 'perplexity', 'ratio', '95 % interval', 'tokens', 'size ratio'];

function ratioRow(comparison: ScoreComparison): string[] {
  const { cell, perplexity, perplexityRatio, divergence, sizeRatio } = comparison;
  return [
    cell,
    'notRun' in perplexity ? 'n/a' : digits(perplexity.micro),
    'notRun' in perplexityRatio ? 'n/a' : digits(perplexityRatio.estimate),
    'notRun' in perplexityRatio ? 'n/a' : interval(perplexityRatio.ci95, digits),
    'notRun' in divergence ? 'n/a' : String(divergence.tokens),
    typeof sizeRatio === 'number' ? threePlaces(sizeRatio) : 'n/a',
  ];
}

function missing({ cell, divergence }: ScoreComparison): ReportDocument['sections'][number][] {
  return 'notRun' in divergence
    ? [{ heading: cell, facts: [['divergence', `not run: ${divergence.notRun}`]] }]
    : [];
}

function digits(value: number): string {
  return value.toFixed(4);
}
