import type { Pass } from '../../src/engines/generation.ts';
import { head, row } from './figures.ts';

/** Where the time of a run went: its passes by what they evaluated. */
export function traceTable(passes: readonly Pass[]): string {
  const groups = Map.groupBy(passes, groupOf);
  const total = sum(passes, ({ ms }) => ms);
  const lines = [...groups]
    .toSorted(([one], [other]) => one.localeCompare(other, 'en'))
    .map(([name, members]) =>
      row([
        name,
        members.length,
        sum(members, ({ promptTokens }) => promptTokens),
        sum(members, ({ newTokens }) => newTokens),
        sum(members, ({ fillers }) => fillers),
        (sum(members, ({ ms }) => ms) / 1_000).toFixed(1),
        (sum(members, ({ ms }) => ms) / members.length).toFixed(1),
        `${((100 * sum(members, ({ ms }) => ms)) / total).toFixed(1)} %`,
      ]),
    );
  const titles = ['passes with', 'n', 'prompt', 'new', 'fillers', 's', 'ms a pass', 'share'];
  return head(titles) + lines.join('');
}

function groupOf({ promptTokens, newTokens }: Pass): string {
  if (promptTokens > 0) {
    return newTokens === 0 ? 'prompts only' : 'prompts and new tokens';
  }
  const ranges: readonly (readonly [number, string])[] = [
    [16, '16 new tokens or more'],
    [9, '09 to 15 new tokens'],
    [3, '03 to 08 new tokens'],
    [2, '02 new tokens'],
  ];
  return ranges.find(([least]) => newTokens >= least)?.[1] ?? '01 new token';
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
