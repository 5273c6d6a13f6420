import prettyBytes from 'pretty-bytes';
import prettyMs from 'pretty-ms';
import type { NotRunRow } from '../../records/plan.ts';
import type { CellReport } from '../../records/report.ts';
import { ratioWithInterval, threeDigits } from '../words/figure-words.ts';
import { nameInPart } from '../words/parts.ts';
import { percent } from '../words/words.ts';

const NONE = 'n/a';

type Column = readonly [head: string, cell: (cell: CellReport) => string];

/** Quality and latency of each cell: the table that a report begins with; its first row are the heads. */
export function mainTable(
  cells: readonly CellReport[],
  notRun: readonly NotRunRow[] = [],
): string[][] {
  const parts = cells.flatMap((cell) => Object.keys(cell.parts ?? {}));
  const columns: readonly Column[] = [
    ['cell', ({ id }) => id],
    ...(parts.length === 0 ? [undefined] : [...new Set(parts)]).flatMap(passRateColumns),
    ['TTFT ms', ({ ttftMs }) => meanOf(ttftMs)],
    ['speed-up', (cell) => speedupOf(cell, 'ttft')],
    ['TPOT ms', ({ tpotMs }) => meanOf(tpotMs)],
    ['speed-up', (cell) => speedupOf(cell, 'tpot')],
    ['tokens/s', ({ decodeTokensPerSecond }) => meanOf(decodeTokensPerSecond)],
    ['load', ({ loadMs }) => (typeof loadMs === 'number' ? prettyMs(loadMs) : NONE)],
    [
      'peak RSS',
      ({ peakRssBytes }) => (typeof peakRssBytes === 'number' ? prettyBytes(peakRssBytes) : NONE),
    ],
    ['file', ({ fileBytes }) => (typeof fileBytes === 'number' ? prettyBytes(fileBytes) : NONE)],
  ];
  return [
    columns.map(([head]) => head),
    ...cells.map((cell) => columns.map(([, text]) => text(cell))),
    ...notRun.map(({ id, reason }) =>
      [id, `not run: ${reason}`, ...columns.map(() => '')].slice(0, columns.length),
    ),
  ];
}

/** How fast completions came in the quality pass, many at once: throughput, not latency. */
export function throughputTable(cells: readonly CellReport[]): string[][] {
  return [
    ['cell', 'sequences', 'tokens/s', 'new tokens', 'wall', 'load', 'peak RSS'],
    ...cells.map(({ id, generation }) =>
      'notRun' in generation
        ? [id, NONE, NONE, NONE, NONE, NONE, NONE]
        : [
            id,
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
  const column = (head: string, none: string, text: (rate: PassRate) => string): Column => [
    head,
    (cell) => {
      const rate = rateOf(cell);
      return 'notRun' in rate ? none : text(rate);
    },
  ];
  return [
    column(nameInPart('pass@1', part), NONE, ({ estimate }) => percent(estimate)),
    column('95 % interval', '', ({ ci95: [low, high] }) => `${percent(low)} to ${percent(high)}`),
    column('passed / n', '', ({ passed, total }) => `${passed} / ${total}`),
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
