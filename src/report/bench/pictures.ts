import type { BenchCellReport, BenchReport } from '../../records/bench.ts';
import type { Heat, Intervals, Picture } from '../pictures.ts';
import { shortNames } from '../words/short-names.ts';
import { axes, cellText, groupName, groups } from './document.ts';

/** A grid as heat maps, a model and setting each, and single completions and speed-ups as lines. */
export function benchPictures({ cells, speedups }: BenchReport): Picture[] {
  const minibatches = cells.filter(({ work }) => work.kind === 'minibatch');
  return [
    ...groups(minibatches, groupName).map(([name, group]) => heatOf(name, group)),
    ...secondsOf(cells.filter(({ work }) => work.kind === 'answer')),
    ...groups(speedups, ({ what }) => what).flatMap(([what, entries]) => speedupsOf(what, entries)),
  ];
}

function heatOf(name: string, group: readonly BenchCellReport[]): Heat {
  const at = group.map((cell) => ({ ...axes(cell), cell }));
  const contexts = [...new Set(at.map(({ context }) => context))];
  return {
    kind: 'heat',
    heading: `seconds a minibatch: ${name}`,
    sides: ['batch', 'context'],
    columns: contexts.map(String),
    rows: [...new Set(at.map(({ batch }) => batch))].map((batch) => ({
      name: String(batch),
      cells: contexts.map((context) => {
        const cell = at.find((one) => one.batch === batch && one.context === context)?.cell;
        if (cell === undefined) {
          return { text: '' };
        }
        const { seconds } = cell;
        return {
          text: cellText(cell),
          ...('notRun' in seconds ? {} : { value: seconds.median }),
        };
      }),
    })),
  };
}

function secondsOf(cells: readonly BenchCellReport[]): Intervals[] {
  const names = shortNames(cells.map(({ id }) => id));
  const rows = cells.flatMap(({ id, seconds }) =>
    'notRun' in seconds
      ? []
      : [
          {
            name: names.of(id),
            value: seconds.median,
            low: seconds.ci95?.[0],
            high: seconds.ci95?.[1],
          },
        ],
  );
  return rows.length === 0
    ? []
    : [{ kind: 'intervals', heading: 'Seconds a completion', unit: 'seconds, median', rows }];
}

function speedupsOf(what: string, entries: BenchReport['speedups']): Intervals[] {
  const names = shortNames(entries.map(({ cell }) => cell));
  const rows = entries.flatMap(({ cell, speedup }) =>
    'notRun' in speedup
      ? []
      : [
          {
            name: names.of(cell),
            value: speedup.estimate,
            low: speedup.ci95[0],
            high: speedup.ci95[1],
          },
        ],
  );
  return rows.length === 0
    ? []
    : [
        {
          kind: 'intervals',
          heading: `Speed-up of ${what}`,
          unit: 'times as fast',
          rows,
          marks: [{ value: 1, name: 'as fast' }],
        },
      ];
}
