import prettyBytes from 'pretty-bytes';
import type { Row } from './measure.ts';

export const HEAD = [
  'way',
  'load, s',
  'peak memory',
  'weights',
  'prefill, tok/s',
  'decoding, tok/s',
  'CPU ms, prefill',
  'CPU ms, token',
  'n',
  'quantized',
  'kernel',
];

/** A row of the table. */
export function rowCells(row: Row): string[] {
  const { name, notRun, loadMs, peakRssBytes, prefill, decode, rounds, audit } = row;
  const { prefillCpuMs, tokenCpuMs } = row;
  if (notRun !== undefined) {
    return [name, `not run: ${notRun}`, ...HEAD.slice(2).map(() => '')];
  }
  return [
    name,
    figure(loadMs === undefined ? undefined : loadMs / 1_000),
    bytes(peakRssBytes),
    bytes(audit?.bytes),
    figure(prefill),
    figure(decode),
    figure(prefillCpuMs),
    figure(tokenCpuMs),
    String(rounds ?? ''),
    audit === undefined ? '' : quantizedText(audit),
    audit === undefined ? '' : `${audit.kernel}; ${audit.instructions}`,
  ];
}

function quantizedText({ quantized, skipped }: NonNullable<Row['audit']>): string {
  const left = skipped.map(({ modules, reason }) => `${modules} not: ${reason}`);
  return [
    `${quantized} of ${quantized + skipped.reduce((sum, { modules }) => sum + modules, 0)}`,
    ...left,
  ].join('; ');
}

function figure(value: number | undefined): string {
  return value === undefined ? '' : value.toFixed(1);
}

function bytes(value: number | undefined): string {
  return value === undefined ? '' : prettyBytes(value);
}
