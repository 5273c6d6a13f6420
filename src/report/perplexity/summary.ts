import type { PerplexityPlan } from '../../records/perplexity.ts';
import type { PerplexityCell } from '../../records/perplexity-report.ts';
import { lacksScores, type ScoreRecords } from '../../store/score-store.ts';
import { perplexityCells } from '../../measures/perplexity/columns.ts';
import { perplexityWarnings } from './warnings.ts';
import { requantizedWarnings } from '../words/warnings.ts';

/** What the records of `evalkit perplexity` sum up to. */
export interface PerplexitySummary {
  readonly status: 'complete' | 'incomplete';
  readonly planHash: string;
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
  const { plan, planHash } = records.header;
  const cells = perplexityCells(records);
  const isIncomplete = lacksScores(records);
  return {
    status: isIncomplete ? 'incomplete' : 'complete',
    planHash,
    plan,
    cells,
    warnings: [
      ...cells.flatMap(requantizedWarnings),
      ...perplexityWarnings(cells),
      ...(isIncomplete
        ? ['scores are missing (incidents.jsonl says why); rerun the same command to resume']
        : []),
    ],
  };
}
