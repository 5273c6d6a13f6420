import { counted } from '../../records/counted.ts';
import { type MergedShard, type Shard, shardText } from '../../records/shard.ts';
import { machineText } from './words.ts';

/** Warns that a folder is a part of a run; `has`: what it has of it, as `41 of 164 tasks`. */
export function shardWarning(shard: Shard, has: string): string {
  return `${shardText(shard)}: ${has}, no whole run; put all ${shard.of} together with evalkit merge`;
}

/** Where a merged run comes from, as a fact of its report; nothing for any other run. */
export function mergedFacts(
  merged: readonly MergedShard[] | undefined,
): (readonly [label: string, value: string])[] {
  if (merged === undefined) {
    return [];
  }
  const machines = machinesOf(merged).map(
    ([machine, shards]) => `${counted(shards.length, 'folder')} of ${machine}`,
  );
  return [
    ['merged from', machines.join('; ')],
    ['times', 'sums and means of what each machine took: no time that passed on a clock'],
  ];
}

/** Warns of a run whose shards are of different machines or versions. */
export function mergedWarnings(merged: readonly MergedShard[] | undefined): string[] {
  const machines = machinesOf(merged ?? []);
  const versions = [...new Set((merged ?? []).map(({ evalkit }) => evalkit))];
  return [
    ...(machines.length < 2
      ? []
      : [
          `merged from different machines, so floats may differ between its tasks: ${machines.map(([machine, shards]) => `${shards.join(', ')} (${machine})`).join('; ')}`,
        ]),
    ...(versions.length < 2
      ? []
      : [`merged from shards of different versions of evalkit: ${versions.join(', ')}`]),
  ];
}

/** The folders of each machine. */
function machinesOf(merged: readonly MergedShard[]): [machine: string, shards: string[]][] {
  const groups = Map.groupBy(merged, ({ fingerprint }) => machineText(fingerprint));
  return [...groups].map(([machine, all]) => [
    machine,
    all.map(({ shard }) => (shard === undefined ? 'a folder' : shardText(shard))),
  ]);
}
