import type { ReportDocument } from '../words/document.ts';
import { isScreen } from '../../measures/perplexity/screen.ts';
import type { PerplexityRunReport, Screen } from '../../records/perplexity-report.ts';
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
    title: isScreen(plan)
      ? screenTitle(summary, part)
      : `perplexity on ${plan.text.source.name}: ${rowsText(plan.text, plan.method.kind)}, ${part}`,
    table: first?.table ?? [
      [shard === undefined ? 'nothing was scored' : noFigureOf(shard).notRun],
    ],
    tables: others,
    sections: [
      ...cells.map((cell) => ({
        heading: cell.screen === undefined ? cell.id : `${cell.id}: ${cell.screen.verdict}`,
        facts: [
          ...(cell.screen?.checks ?? []).map(checkFact),
          ['weights', weightsText(cell.weights)] as const,
          ['provenance', provenanceText(cell.provenance)] as const,
          ...missingPerplexity(cell),
        ],
      })),
      ...(isScreen(plan) ? [{ heading: 'screen', facts: SCREEN_NOTES }] : []),
      ...perplexitySections(cells),
      ...(merged === undefined ? [] : [{ heading: 'run', facts: mergedFacts(merged) }]),
      originSection(origin),
    ],
    warnings,
  };
}

const SCREEN_NOTES: ReportDocument['sections'][number]['facts'] = [
  [
    'says',
    'damaged: the file is not what its name says; do not spend a token on it. No damage seen: not that it is good, which only a run and its gate can show',
  ],
];

/** As `screen: damaged (q8_0), no damage seen (q4_k_m); …`. */
function screenTitle({ cells, plan }: PerplexityRunReport, part: string): string {
  const screened = cells.flatMap(({ id, screen }) =>
    screen === undefined ? [] : [`${id} ${screen.verdict}`],
  );
  return `screen: ${screened.length === 0 ? 'nothing is decided' : screened.join(', ')}; ${plan.text.source.name}: ${rowsText(plan.text, plan.method.kind)}, ${part}`;
}

function checkFact({
  name,
  isDamage,
  detail,
}: Screen['checks'][number]): readonly [string, string] {
  return [name, `${isDamage ? 'damage: ' : ''}${detail}`];
}
