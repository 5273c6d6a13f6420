import type { PerplexityRunReport } from '../../records/perplexity-report.ts';
import { lacksScores, type ScoreRecords } from '../../store/score-store.ts';
import { perplexityCells } from '../../measures/perplexity/columns.ts';
import { isScreen, withScreens } from '../../measures/perplexity/screen.ts';
import { perplexityWarnings } from './warnings.ts';
import { foldWarnings } from '../words/cell-warnings.ts';
import { mergedWarnings, shardWarning } from '../words/shards.ts';
import { requantizedWarnings } from '../words/warnings.ts';

/** Sums a folder's scores up. Reads nothing else. */
export function summarizePerplexity(records: ScoreRecords): PerplexityRunReport {
  if (records.kind !== 'scored') {
    throw new Error('a folder of scores without scores');
  }
  const { plan, planHash, shard, merged } = records.header;
  const measured = perplexityCells(records);
  const cells = isScreen(plan) ? withScreens(plan, measured) : measured;
  const isIncomplete = lacksScores(records);
  return {
    version: 1,
    status: isIncomplete ? 'incomplete' : shard === undefined ? 'complete' : 'shard',
    ...(shard === undefined ? {} : { shard }),
    ...(merged === undefined ? {} : { merged }),
    planHash,
    plan,
    cells,
    warnings: [
      ...foldWarnings(cells.flatMap(requantizedWarnings)),
      ...perplexityWarnings(cells),
      ...(isIncomplete
        ? ['scores are missing (incidents.jsonl says why); rerun the same command to resume']
        : []),
      ...(shard === undefined ? [] : [shardWarning(shard, 'a part of the text')]),
      ...mergedWarnings(merged),
    ],
  };
}
