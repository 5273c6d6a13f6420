import prettyBytes from 'pretty-bytes';
import prettyMs from 'pretty-ms';
import type { CellReport, Report } from '../../records/report.ts';
import type { ReportDocument } from '../words/document.ts';
import { ratioWithInterval, threeDigits } from '../words/figure-words.ts';
import { nameInPart } from '../words/parts.ts';
import type { ShortNames } from '../words/short-names.ts';
import { percent } from '../words/words.ts';

const NONE = 'n/a';

type Column = readonly [head: string, cell: (cell: CellReport) => string, need: Need];

/** How early a column is left out where there is little room: `first`, then `second`, and so on. */
type Need = (typeof NEEDS)[number];
const NEEDS = ['first', 'second', 'third', 'fourth', 'last', 'never'] as const;

/** Quality and latency of each cell: the table that a report begins with; its first row are the heads. */
export function mainTable(
  { cells, notRun }: Pick<Report, 'cells' | 'notRun'>,
  names: ShortNames,
): Pick<ReportDocument, 'table' | 'expendable'> {
  const columns = mainColumns(cells, names);
  const table = [
    columns.map(([head]) => head),
    ...cells.map((cell) => columns.map(([, text]) => text(cell))),
    ...notRun.map(({ id, reason }) =>
      [id, `not run: ${reason}`, ...columns.map(() => '')].slice(0, columns.length),
    ),
  ];
  const needs = columns.map(([, , need], index) => ({ index, need }));
  const expendable = NEEDS.filter((need) => need !== 'never').flatMap((need) =>
    needs.filter((column) => column.need === need).map(({ index }) => index),
  );
  return { table, expendable };
}

function mainColumns(cells: readonly CellReport[], names: ShortNames): Column[] {
  const parts = cells.flatMap((cell) => Object.keys(cell.parts ?? {}));
  return [
    ['cell', ({ id }) => names.of(id), 'never'],
    ...(parts.length === 0 ? [undefined] : [...new Set(parts)]).flatMap(passRateColumns),
    ['TPOT ms', ({ tpotMs }) => meanOf(tpotMs), 'last'],
    ['speed-up', (cell) => speedupOf(cell, 'tpot'), 'fourth'],
    ['tokens/s', ({ decodeTokensPerSecond }) => meanOf(decodeTokensPerSecond), 'third'],
    [
      'file',
      ({ fileBytes }) => (typeof fileBytes === 'number' ? prettyBytes(fileBytes) : NONE),
      'last',
    ],
    ['TTFT ms', ({ ttftMs }) => meanOf(ttftMs), 'third'],
    ['speed-up', (cell) => speedupOf(cell, 'ttft'), 'second'],
    [
      'peak RSS',
      ({ peakRssBytes }) => (typeof peakRssBytes === 'number' ? prettyBytes(peakRssBytes) : NONE),
      'second',
    ],
    ['load', ({ loadMs }) => (typeof loadMs === 'number' ? prettyMs(loadMs) : NONE), 'first'],
  ];
}

/** How fast completions came in the quality pass, many at once: throughput, not latency. */
export function throughputTable(cells: readonly CellReport[], names: ShortNames): string[][] {
  return [
    ['cell', 'sequences', 'tokens/s', 'new tokens', 'wall', 'load', 'peak RSS'],
    ...cells.map(({ id, generation }) =>
      'notRun' in generation
        ? [names.of(id), NONE, NONE, NONE, NONE, NONE, NONE]
        : [
            names.of(id),
            String(generation.parallel),
            generation.tokensPerSecond?.toFixed(1) ?? NONE,
            String(generation.newTokens ?? NONE),
            prettyMs(generation.wallMs, { secondsDecimalDigits: 0 }),
            prettyMs(generation.loadMs),
            generation.peakRssBytes === undefined ? NONE : prettyBytes(generation.peakRssBytes),
          ],
    ),
  ];
}

/** The pass rate of one part of the tests, or of the whole of them. */
function passRateColumns(part: string | undefined): Column[] {
  const rateOf = (cell: CellReport): CellReport['passAt1'] =>
    (part === undefined ? cell : cell.parts?.[part])?.passAt1 ?? cell.passAt1;
  const column = (
    [head, need]: readonly [head: string, need: Need],
    none: string,
    text: (rate: PassRate) => string,
  ): Column => [
    head,
    (cell) => {
      const rate = rateOf(cell);
      return 'notRun' in rate ? none : text(rate);
    },
    need,
  ];
  return [
    column([nameInPart('pass@1', part), 'never'], NONE, ({ estimate }) => percent(estimate)),
    column(
      ['95 % interval', 'last'],
      '',
      ({ ci95: [low, high] }) => `${percent(low)} to ${percent(high)}`,
    ),
    column(['passed / n', 'fourth'], '', ({ passed, total }) => `${passed} / ${total}`),
  ];
}

type PassRate = Exclude<CellReport['passAt1'], { notRun: string }>;

function meanOf(figure: CellReport['ttftMs']): string {
  return 'notRun' in figure ? NONE : threeDigits(figure.mean);
}

function speedupOf({ id, speedup }: CellReport, of: 'ttft' | 'tpot'): string {
  if ('notRun' in speedup || 'notRun' in speedup[of]) {
    return NONE;
  }
  // The reference to itself is 1 by definition and has no interval.
  return id === speedup.reference ? '1.00' : ratioWithInterval(speedup[of]);
}
