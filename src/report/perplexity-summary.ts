import type { PerplexityPlan } from '../records/perplexity.ts';
import type { PerplexityCell } from '../records/perplexity-report.ts';
import type { ScoreRecords } from '../store/score-store.ts';
import { owesScores, perplexityCells } from './perplexity.ts';

/** Under so many units a percentile bootstrap is known to be too narrow. */
const FEW_UNITS = 30;

/** What the records of `evalkit perplexity` sum up to. */
export interface PerplexitySummary {
  readonly status: 'complete' | 'incomplete';
  readonly plan: PerplexityPlan;
  readonly cells: readonly PerplexityCell[];
  /** What a reader must know before trusting a figure. */
  readonly warnings: readonly string[];
}

/** Sums a folder's scores up. Reads nothing else. */
export function summarizePerplexity(records: ScoreRecords): PerplexitySummary {
  if (records.kind !== 'scored') {
    throw new Error('a folder of scores without scores');
  }
  const { plan } = records.header;
  const cells = perplexityCells(records);
  const owes = owesScores(records);
  return {
    status: owes ? 'incomplete' : 'complete',
    plan,
    cells,
    warnings: [
      ...cells.flatMap(provenanceWarning),
      ...perplexityWarnings(cells),
      ...(owes
        ? ['scores are missing (incidents.jsonl says why); run the same command again']
        : []),
    ],
  };
}

/** Warnings about cells' perplexities, each said once. */
export function perplexityWarnings(
  cells: readonly Pick<PerplexityCell, 'id' | 'perplexity' | 'divergence'>[],
): string[] {
  const warnings: string[] = [];
  const reports = cells.flatMap(({ perplexity }) => ('notRun' in perplexity ? [] : [perplexity]));
  const tokens = new Set(reports.map((report) => report.tokens));
  if (tokens.size > 1 || cells.some(isOtherTokenizer)) {
    warnings.push(
      'the models cut the text into other tokens: their perplexities do not compare, their bits per byte do',
    );
  }
  const [first] = reports;
  const units = first?.method === 'rows' ? first.rows : first?.windows;
  if (units !== undefined && units < FEW_UNITS) {
    warnings.push(
      `perplexity: ${units} ${first?.method === 'rows' ? 'rows' : 'windows'} are few, and the bootstrap's intervals too narrow; score more with --rows`,
    );
  }
  return warnings;
}

function isOtherTokenizer({ divergence }: Pick<PerplexityCell, 'divergence'>): boolean {
  return (
    divergence !== undefined &&
    'notRun' in divergence &&
    divergence.notRun.endsWith('another tokenizer')
  );
}

function provenanceWarning({ id, quantization, provenance }: PerplexityCell): string[] {
  return provenance.kind === 'requantized'
    ? [
        `${id}: ${quantization} was made here from ${provenance.from.name}, which was quantized already (${provenance.from.quantization}): this measures the tool, not what quantizing the original weights costs`,
      ]
    : [];
}
