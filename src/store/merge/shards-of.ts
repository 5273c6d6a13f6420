import type { AnyHeader } from '../kinds.ts';
import type { Part } from './headers.ts';
import type { Shards } from './missing.ts';

/** Which shards of how many folders are; one of no splitting stands for no shard. */
export function shardsOf(parts: readonly Part<AnyHeader>[]): Shards {
  const all = parts.flatMap(({ header }) => [
    ...(header.shard === undefined ? [] : [header.shard]),
    ...(header.merged ?? []).flatMap(({ shard }) => shard ?? []),
  ]);
  return { of: all[0]?.of ?? 1, given: new Set(all.map(({ index }) => index)) };
}
