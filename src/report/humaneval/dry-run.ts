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

function describeDryRun({ dataset, folder, cells, notRun, notes }: DryRun): ReportDocument {
  const missing = cells.flatMap(({ id, model }) =>
    model.state === 'missing' ? [[id, model.reason] as const] : [],
  );
  const units = [...new Set(cells.flatMap((cell) => Object.keys(cell.units)))];
  const heads = [
    'cell',
    'model',
    ...units.flatMap((unit) => [`${unit} missing`, 'present']),
    'new tokens, at most',
    'time',
  ];
  const facts = [
    ['folder', folder ?? 'known when all models are present'] as const,
    [
      'time',
      'missing completions and timings, at the speed that the cell had in this run before, or else in a short probe, of which nothing is kept; unknown where weights are missing',
    ] as const,
    ...cells.flatMap(({ id, probe }) =>
      probe === undefined ? [] : [[`probe of ${id}`, probe] as const],
    ),
  ];
  return {
    title: `dry run: ${dataset.name}, ${dataset.tasks} of ${dataset.total} tasks; nothing was fetched or kept`,
    table: [
      heads,
      ...cells.map((cell) => rowOf(cell, units)),
      ...notRun.map(({ id, reason }) => [
        id,
        `not run: ${reason}`,
        ...Array<string>(heads.length - 2).fill(''),
      ]),
    ],
    sections: [
      { heading: 'run', facts },
      ...(missing.length === 0 ? [] : [{ heading: 'models that are missing', facts: missing }]),
    ],
    warnings: notes,
  };
}

function rowOf(cell: PlannedCell, units: readonly string[]): string[] {
  const { id, model, newTokensAtMost, estimateMs } = cell;
  return [
    id,
    model.state === 'missing'
      ? 'missing'
      : model.bytes === null
        ? 'unknown'
        : prettyBytes(model.bytes),
    ...units.flatMap((unit) => {
      const count = cell.units[unit];
      return count === undefined
        ? ['', '']
        : [String(count.asked - count.present), String(count.present)];
    }),
    String(newTokensAtMost),
    estimateMs === null ? 'unknown' : prettyMs(estimateMs, { secondsDecimalDigits: 0 }),
  ];
}
