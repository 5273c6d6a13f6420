import type { ReportDocument } from '../words/document.ts';
import type { PerplexityRunReport } from '../../records/perplexity-report.ts';
import { missingPerplexity, perplexitySections, perplexityTables, rowsText } from './tables.ts';
import { noFigureOf, shardText } from '../../records/shard.ts';
import { mergedFacts } from '../words/shards.ts';
import { type Origin, originSection } from '../words/origin.ts';
import { provenanceText, weightsText } from '../words/words.ts';

/** Puts the scores of a text in words. */
export function describePerplexity(summary: PerplexityRunReport, origin: Origin): ReportDocument {
  const { plan, cells, status, warnings, shard, merged } = summary;
  const part =
    shard === undefined ? status : `${shardText(shard)}${status === 'shard' ? '' : `, ${status}`}`;
  const [first, ...others] = perplexityTables(cells);
  return {
    title: `perplexity on ${plan.text.source.name}: ${rowsText(plan.text, plan.method.kind)}, ${part}`,
    table: first?.table ?? [
      [shard === undefined ? 'nothing was scored' : noFigureOf(shard).notRun],
    ],
    tables: others,
    sections: [
      ...cells.map((cell) => ({
        heading: cell.id,
        facts: [
          ['weights', weightsText(cell.weights)] as const,
          ['provenance', provenanceText(cell.provenance)] as const,
          ...missingPerplexity(cell),
        ],
      })),
      ...perplexitySections(cells),
      ...(merged === undefined ? [] : [{ heading: 'run', facts: mergedFacts(merged) }]),
      originSection(origin),
    ],
    warnings,
  };
}
