import type { CellReport, Figure, Report } from '../../records/report.ts';
import { sha256Json } from '../../records/hash.ts';
import type { Timing } from '../../records/timing.ts';
import type { Axis, Estimate, Intervals, Picture, Strips, TradeOff } from '../pictures.ts';
import type { RunRecords } from '../../store/run-store.ts';
import { likelihoodPictures } from '../perplexity/pictures.ts';
import { tpotMsOf } from '../words/timing-figures.ts';
import { shortNames } from '../words/short-names.ts';

type Of = readonly [axis: Axis, value: (cell: CellReport) => Estimate | undefined];

/** What cells are measured by: what they are worth, and what they cost. */
const AXES: readonly Of[] = [
  [{ name: 'pass@1 (%)', better: 'high', role: 'quality' }, passRate],
  [{ name: 'perplexity', better: 'low', role: 'quality' }, perplexity],
  [{ name: 'bits/byte', better: 'low', role: 'quality' }, bitsPerByte],
  [{ name: 'TPOT (ms)', better: 'low', role: 'cost' }, ({ tpotMs }) => timeOf(tpotMs)],
  [{ name: 'TTFT (ms)', better: 'low', role: 'cost' }, ({ ttftMs }) => timeOf(ttftMs)],
  [
    { name: 'tokens/s', better: 'high', role: 'cost' },
    ({ decodeTokensPerSecond }) => timeOf(decodeTokensPerSecond),
  ],
  [{ name: 'file (MB)', better: 'low', role: 'cost' }, ({ fileBytes }) => megabytes(fileBytes)],
  [
    { name: 'peak memory (MB)', better: 'low', role: 'cost' },
    ({ peakRssBytes }) => megabytes(peakRssBytes),
  ],
];

/** What can be looked at of a run: cells by worth and cost, drops, timings one by one, likelihoods. */
export function runPictures(
  report: Report,
  { timings, header }: Pick<RunRecords, 'timings' | 'header'>,
): Picture[] {
  const { taskIds } = header.plan.dataset;
  const { cells } = report;
  const names = shortNames(cells.map(({ id }) => id));
  return [
    tradeOff(report, taskIds, names.of),
    ...drops(cells, names.of),
    ...strips(cells, timings, names.of),
    ...likelihoodPictures(cells, names.of),
  ];
}

type Name = (id: string) => string;

function tradeOff({ cells, dataset }: Report, taskIds: readonly string[], name: Name): TradeOff {
  const { sha256, suite, tasks, total } = dataset;
  const measured = AXES.filter(([, value]) => cells.some((cell) => value(cell) !== undefined));
  return {
    kind: 'trade-off',
    heading: 'Quality, speed and size',
    tasks: {
      sha256: sha256Json({ sha256, suite, taskIds }),
      name: tasks === total ? suite.name : `${suite.name}, ${tasks} of ${total} tasks`,
    },
    axes: measured.map(([axis]) => axis),
    points: cells
      .filter(({ role }) => role === undefined)
      .map((cell) => ({
        id: cell.id,
        name: name(cell.id),
        values: Object.fromEntries(
          measured.flatMap(([axis, value]) => {
            const estimate = value(cell);
            return estimate === undefined ? [] : [[axis.name, estimate]];
          }),
        ),
      })),
  };
}

function passRate({ passAt1 }: CellReport): Estimate | undefined {
  return 'notRun' in passAt1
    ? undefined
    : {
        value: passAt1.estimate * 100,
        low: passAt1.ci95[0] * 100,
        high: passAt1.ci95[1] * 100,
      };
}

function perplexity({ perplexity: found }: CellReport): Estimate | undefined {
  return 'notRun' in found
    ? undefined
    : { value: found.micro, low: found.ci95?.[0], high: found.ci95?.[1] };
}

function bitsPerByte({ perplexity: found }: CellReport): Estimate | undefined {
  return 'notRun' in found || found.bitsPerByte === null ? undefined : { value: found.bitsPerByte };
}

function timeOf(figure: Figure | { readonly notRun: string }): Estimate | undefined {
  return 'notRun' in figure
    ? undefined
    : { value: figure.median, low: figure.ci95?.[0], high: figure.ci95?.[1] };
}

function megabytes(bytes: number | { readonly notRun: string }): Estimate | undefined {
  return typeof bytes === 'number' ? { value: bytes / 1_000_000 } : undefined;
}

/** What each cell lost against the reference. */
function drops(cells: readonly CellReport[], name: Name): Intervals[] {
  const rows = cells.flatMap(({ id, paired }) =>
    paired === undefined || 'notRun' in paired
      ? []
      : [
          {
            name: name(id),
            value: -paired.drop.estimate * 100 + 0,
            low: -paired.drop.atMost * 100,
            high: -paired.drop.atLeast * 100,
          },
        ],
  );
  return rows.length === 0
    ? []
    : [
        {
          kind: 'intervals',
          heading: 'pass@1 against the reference',
          unit: 'percentage points; each bound one-sided at 95 %',
          rows,
          marks: [{ value: 0, name: 'the reference' }],
        },
      ];
}

/** Every timed completion, not their mean alone. */
function strips(cells: readonly CellReport[], timings: readonly Timing[], name: Name): Strips[] {
  const of = (heading: string, value: (timing: Timing) => number | undefined): Strips[] => {
    const rows = cells.map(({ id }) => ({
      name: name(id),
      values: timings.filter(({ cell }) => cell === id).flatMap((timing) => value(timing) ?? []),
    }));
    return rows.every(({ values }) => values.length === 0)
      ? []
      : [{ kind: 'strips', heading, unit: 'ms', rows }];
  };
  return [
    ...of('Time per output token, each timed completion', tpotMsOf),
    ...of('Time to first token, each timed completion', ({ ttftMs }) => ttftMs),
  ];
}
