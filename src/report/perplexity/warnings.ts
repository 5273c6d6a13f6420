import { OTHER_TOKENIZER } from '../../measures/perplexity/columns.ts';
import type { CellReport } from '../../records/report.ts';

/** Under so many units a percentile bootstrap is known to be too narrow. */
const FEW_UNITS = 30;

/** Warnings about cells' perplexities, each said once. */
export function perplexityWarnings(
  cells: readonly Pick<CellReport, 'perplexity' | 'divergence'>[],
): string[] {
  const warnings: string[] = [];
  const reports = cells.flatMap(({ perplexity }) => ('notRun' in perplexity ? [] : [perplexity]));
  if (
    new Set(reports.map(({ tokens }) => tokens)).size > 1 ||
    cells.some(({ divergence }) => isOtherTokenizer(divergence))
  ) {
    warnings.push(
      'the models cut the text into other tokens: their perplexities do not compare, their bits per byte do',
    );
  }
  const [first] = reports;
  const [units, name] =
    first?.method === 'llama-cpp' ? [first.windows, 'windows'] : [first?.rows, 'rows'];
  if (units !== undefined && units < FEW_UNITS) {
    warnings.push(
      `perplexity: ${units} ${name} are few, and the bootstrap's intervals too narrow; score a longer text`,
    );
  }
  return warnings;
}

function isOtherTokenizer(divergence: CellReport['divergence']): boolean {
  return (
    divergence !== undefined &&
    'notRun' in divergence &&
    divergence.notRun.endsWith(OTHER_TOKENIZER)
  );
}
