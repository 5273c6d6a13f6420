import prettyBytes from 'pretty-bytes';
import prettyMs from 'pretty-ms';
import type { DryRun, PlannedCell } from '../../records/dry-run.ts';
import { terminalText } from '../formats/terminal.ts';

/** What a run would do, for a terminal; ends with a newline. */
export function renderDryRun({ dataset, folder, cells, notRun }: DryRun): string {
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
  return terminalText({
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
  });
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
