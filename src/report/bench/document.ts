import { counted } from '../../records/counted.ts';
import prettyBytes from 'pretty-bytes';
import prettyMs from 'pretty-ms';
import type { BenchCellReport, BenchReport } from '../../records/bench.ts';
import type { Figure, Ratio } from '../../records/report.ts';
import type { ReportDocument } from '../words/document.ts';
import { auditFacts } from '../words/audit.ts';
import { commandFacts } from '../words/origin.ts';
import { engineText, machineText } from '../words/words.ts';

type Table = NonNullable<ReportDocument['tables']>[number];

const HEADS = [
  'cell',
  'n',
  'seconds',
  '95 % interval',
  'min to max',
  'prefill tok/s',
  'decode tok/s',
];

/** Puts a grid in words: a table of seconds for each model and setting, speed-ups, every cell. */
export function describeBench(report: BenchReport): ReportDocument {
  return {
    title: `bench: ${counted(report.cells.length, 'cell')}, ${report.warmup} warm-up and ${counted(report.repeats, 'timed minibatch', 'timed minibatches')} each, ${report.status}`,
    table: report.cells.some(({ work }) => work.kind === 'requests')
      ? [REQUEST_HEADS, ...report.cells.map(requestsRow), ...notRunRows(report)]
      : [[...HEADS, 'load', 'peak RSS'], ...report.cells.map(cellRow), ...notRunRows(report)],
    tables: [...grids(report), ...speedupGrids(report)],
    sections: [runSection(report)],
    warnings: report.warnings,
  };
}

const REQUEST_HEADS = [
  'cell',
  'n',
  'requests/s',
  '95 % interval',
  'tok/s',
  '95 % interval',
  'seconds',
  'min to max',
  '',
];

/** Rounds of requests to a served model. */
function requestsRow(cell: BenchCellReport): string[] {
  const { seconds, requestsPerSecond, decodeTokensPerSecond: tokens } = cell;
  if ('notRun' in seconds || requestsPerSecond === undefined || 'notRun' in tokens) {
    return [
      cell.id,
      '0',
      `not run: ${'notRun' in seconds ? seconds.notRun : ''}`,
      '',
      '',
      '',
      '',
      '',
      '',
    ];
  }
  return [
    cell.id,
    String(seconds.n),
    requestsPerSecond.median.toFixed(2),
    intervalText(requestsPerSecond, 2),
    tokens.median.toFixed(1),
    intervalText(tokens, 1),
    seconds.median.toFixed(2),
    `${seconds.min.toFixed(2)} to ${seconds.max.toFixed(2)}`,
    '',
  ];
}

function cellRow(cell: BenchCellReport): string[] {
  const { seconds, loadMs, peakRssBytes } = cell;
  if ('notRun' in seconds) {
    return [cell.id, '0', `not run: ${seconds.notRun}`, '', '', '', '', '', ''];
  }
  return [
    cell.id,
    String(seconds.n),
    seconds.median.toFixed(2),
    intervalText(seconds, 2),
    `${seconds.min.toFixed(2)} to ${seconds.max.toFixed(2)}`,
    rateText(cell.prefillTokensPerSecond),
    rateText(cell.decodeTokensPerSecond),
    typeof loadMs === 'number' ? prettyMs(loadMs) : 'n/a',
    typeof peakRssBytes === 'number' ? prettyBytes(peakRssBytes) : 'n/a',
  ];
}

function notRunRows({ notRun }: BenchReport): string[][] {
  return notRun.map(({ id, reason }) => [id, '0', `not run: ${reason}`, '', '', '', '', '', '']);
}

function rateText(figure: Figure | { readonly notRun: string }): string {
  return 'notRun' in figure ? 'n/a' : figure.median.toFixed(1);
}

function intervalText({ ci95 }: Pick<Figure, 'ci95'>, digits: number): string {
  return ci95 === null ? 'n/a (n = 1)' : `${ci95[0].toFixed(digits)} to ${ci95[1].toFixed(digits)}`;
}

/** Rows: batch; columns: context; a table for each model and its engine's settings. */
function grids(report: BenchReport): Table[] {
  const cells = report.cells.filter(({ work }) => work.kind === 'minibatch');
  return groups(cells, groupName).map(([name, group]) => ({
    heading: `seconds a minibatch: ${name}`,
    table: crossTable(group, (cell) => cellText(cell)),
  }));
}

/** A model with its settings. */
export function groupName({ model, quantization, settingsText }: BenchCellReport): string {
  return `${model}:${quantization}, ${settingsText}`;
}

/** Seconds in words, or why there are none, as `OOM`. */
export function cellText({ seconds, outcome }: BenchCellReport): string {
  if (!('notRun' in seconds)) {
    return seconds.median.toFixed(2);
  }
  switch (outcome?.kind) {
    case 'oom':
      return 'OOM';
    case 'skipped':
    case 'timeout':
      return 'too long';
    case 'failed':
      return 'failed';
    case 'refused':
    case 'measured':
    case undefined:
      return 'n/a';
  }
}

function speedupGrids(report: BenchReport): Table[] {
  return groups(report.speedups, ({ what }) => what).flatMap(([what, entries]) => {
    const speedups = new Map(entries.map((entry) => [entry.cell, entry.speedup]));
    const heading = `speed-up of ${what}, with 95 % interval`;
    const cells = report.cells.filter(({ id }) => speedups.has(id));
    const completions = cells.filter(({ work }) => work.kind === 'answer');
    const minibatches = cells.filter(({ work }) => work.kind === 'minibatch');
    const tables = groups(minibatches, groupName).map(([name, group]) => ({
      heading: `${heading}: ${name}`,
      table: crossTable(group, ({ id }) => speedupText(speedups.get(id))),
    }));
    const rows = completions.map(({ id }) => [id, speedupText(speedups.get(id))]);
    return completions.length === 0
      ? tables
      : [...tables, { heading, table: [['cell', 'speed-up'], ...rows] }];
  });
}

/** A ratio with its interval and n in brackets. */
export function speedupText(ratio: Ratio | { readonly notRun: string } | undefined): string {
  return ratio === undefined || 'notRun' in ratio
    ? 'n/a'
    : `${ratio.estimate.toFixed(2)} (${ratio.ci95[0].toFixed(2)} to ${ratio.ci95[1].toFixed(2)}, n ${ratio.n})`;
}

/** Items by a name of theirs, in their order. */
export function groups<T>(items: readonly T[], name: (item: T) => string): [string, T[]][] {
  return [...Map.groupBy(items, name)];
}

function crossTable(
  cells: readonly BenchCellReport[],
  text: (cell: BenchCellReport) => string,
): string[][] {
  const at = cells.map((cell) => ({ ...axes(cell), text: text(cell) }));
  const contexts = [...new Set(at.map(({ context }) => context))];
  const batches = [...new Set(at.map(({ batch }) => batch))];
  return [
    ['batch \\ context', ...contexts.map(String)],
    ...batches.map((batch) => [
      String(batch),
      ...contexts.map(
        (context) =>
          at.find((cell) => cell.batch === batch && cell.context === context)?.text ?? '',
      ),
    ]),
  ];
}

/** Where a cell stands in its grid. */
export function axes({ work }: BenchCellReport): { batch: number; context: number } {
  return work.kind === 'minibatch'
    ? { batch: work.batch, context: work.promptTokens }
    : { batch: 1, context: 0 };
}

function workText(work: BenchCellReport['work'] | undefined): string {
  switch (work?.kind) {
    case 'answer':
      return `one completion of ${work.newTokens} tokens to the prompt of ${work.taskId}, end tokens ignored`;
    case 'requests':
      return `${work.requests} requests to a served model, so many at once to each server as the cell says, each for ${work.newTokens} tokens at most: from the first one sent to the last one's end, so that the network is in it; tokens as the server counts them`;
    default:
      return `prefill of batch × context tokens, then ${work?.newTokens ?? 0} new tokens for each prompt, end tokens ignored`;
  }
}

function runSection({
  engine,
  evalkit,
  machine,
  cells,
  command,
}: BenchReport): ReportDocument['sections'][number] {
  const work = cells[0]?.work;
  const measured = cells.flatMap(({ outcome }) =>
    outcome?.kind === 'measured' && outcome.threads !== undefined
      ? [`${counted(outcome.threads, 'thread')}, ${outcome.backend}`]
      : [],
  );
  return {
    heading: 'run',
    facts: [
      [work?.kind === 'requests' ? 'round' : 'minibatch', workText(work)],
      ['figures', 'medians; interval of the median by the percentile bootstrap over minibatches'],
      ['versions', [`evalkit ${evalkit}`, ...enginesText(engine, cells)].join(', ')],
      ['machine', machineText(machine)],
      ...commandFacts({ command }),
      ...[...new Set(measured)].map((text): [string, string] => ['engine', text]),
      ...auditsOf(cells),
    ],
  };
}

/** What loading each model came to, once. */
function auditsOf(cells: BenchReport['cells']): [label: string, text: string][] {
  const facts = cells.flatMap(({ model, outcome }) =>
    outcome?.kind === 'measured'
      ? auditFacts(outcome.audit).map(([label, text]): [string, string] => [
          `${model}, ${label}`,
          text,
        ])
      : [],
  );
  return [...new Map(facts.map((fact) => [fact.join(), fact])).values()];
}

/** The software of all cells, each once. */
function enginesText(
  engine: BenchReport['engine'],
  cells: readonly BenchCellReport[],
): readonly string[] {
  const others = cells.flatMap((cell) => (cell.engine === undefined ? [] : [cell.engine]));
  return [...new Set([engine, ...others].map(engineText))];
}
