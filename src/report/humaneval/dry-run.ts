import prettyBytes from 'pretty-bytes';
import prettyMs from 'pretty-ms';
import type { DryRun, PlannedCell } from '../../records/dry-run.ts';
import type { Rendition } from '../rendition.ts';
import type { ReportDocument } from '../words/document.ts';

/** What `evalkit humaneval --dry-run` prints. */
export function renditionOfDryRun(dryRun: DryRun): Rendition {
  const why = 'a dry run measures nothing';
  return {
    data: () => dryRun,
    document: () => describeDryRun(dryRun),
    table: why,
    suites: why,
    annotations: why,
  };
}

function describeDryRun({ dataset, folder, cells, notRun }: DryRun): ReportDocument {
  const missing = cells.flatMap(({ id, model }) =>
    model.state === 'missing' ? [[id, model.reason] as const] : [],
  );
  const facts = [
    ['folder', folder ?? 'known when all models are here'] as const,
    [
      'time',
      'what is owed, at the speed that the cell had in this run before; unknown where it has not run',
    ] as const,
  ];
  return {
    title: `dry run: ${dataset.name}, ${dataset.tasks} of ${dataset.total} tasks; nothing was fetched or run`,
    table: [
      [
        'cell',
        'model',
        'answers owed',
        'there',
        'new tokens, at most',
        'timings owed',
        'there',
        'time',
      ],
      ...cells.map(rowOf),
      ...notRun.map(({ id, reason }) => [id, `not run: ${reason}`, '', '', '', '', '', '']),
    ],
    sections: [
      { heading: 'run', facts },
      ...(missing.length === 0 ? [] : [{ heading: 'models that are not here', facts: missing }]),
    ],
    warnings: [],
  };
}

function rowOf({
  id,
  model,
  answers,
  timings,
  newTokensAtMost,
  estimateMs,
}: PlannedCell): string[] {
  const owed = answers.asked - answers.there;
  return [
    id,
    model.state === 'here' ? prettyBytes(model.bytes) : 'missing',
    String(owed),
    String(answers.there),
    String(newTokensAtMost),
    timings === undefined ? 'not asked' : String(timings.asked - timings.there),
    timings === undefined ? '' : String(timings.there),
    estimateMs === null ? 'unknown' : prettyMs(estimateMs, { secondsDecimalDigits: 0 }),
  ];
}
