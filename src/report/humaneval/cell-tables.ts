import prettyBytes from 'pretty-bytes';
import prettyMs from 'pretty-ms';
import type { NotRunRow } from '../../records/plan.ts';
import type { CellReport } from '../../records/report.ts';
import { ratioText, threeDigits } from '../words/figure-words.ts';
import { percent } from '../words/words.ts';

const NONE = 'n/a';

/** Quality and latency of each cell: the table that a report begins with; its first row are the heads. */
export function mainTable(
  cells: readonly CellReport[],
  notRun: readonly NotRunRow[] = [],
): string[][] {
  const columns: readonly (readonly [head: string, cell: (cell: CellReport) => string])[] = [
    ['cell', ({ id }) => id],
    ['pass@1', ({ passAt1 }) => ('notRun' in passAt1 ? NONE : percent(passAt1.estimate))],
    ['95 % interval', intervalOf],
    [
      'passed / n',
      ({ passAt1 }) => ('notRun' in passAt1 ? '' : `${passAt1.passed} / ${passAt1.total}`),
    ],
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

/** How fast answers were made in the quality pass, many at once: throughput, and no latency. */
export function throughputTable(cells: readonly CellReport[]): string[][] {
  return [
    ['cell', 'sequences', 'tokens/s', 'new tokens', 'wall', 'load', 'peak RSS'],
    ...cells.map(({ id, generation }) =>
      'notRun' in generation
        ? [id, NONE, NONE, NONE, NONE, NONE, NONE]
        : [
            id,
            String(generation.parallel),
            generation.tokensPerSecond.toFixed(1),
            String(generation.newTokens),
            prettyMs(generation.wallMs, { secondsDecimalDigits: 0 }),
            prettyMs(generation.loadMs),
            generation.peakRssBytes === undefined ? NONE : prettyBytes(generation.peakRssBytes),
          ],
    ),
  ];
}

function intervalOf({ passAt1 }: CellReport): string {
  return 'notRun' in passAt1 ? '' : `${percent(passAt1.ci95[0])} to ${percent(passAt1.ci95[1])}`;
}

function meanOf(figure: CellReport['ttftMs']): string {
  return 'notRun' in figure ? NONE : threeDigits(figure.mean);
}

function speedupOf({ id, speedup }: CellReport, of: 'ttft' | 'tpot'): string {
  if ('notRun' in speedup || 'notRun' in speedup[of]) {
    return NONE;
  }
  // The reference to itself is 1 by definition and has no interval.
  return id === speedup.reference ? '1.00' : ratioText(speedup[of]);
}
