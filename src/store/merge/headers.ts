import { isDeepStrictEqual } from 'node:util';
import { usageError } from '../../records/error.ts';
import { type MergedShard, shardText } from '../../records/shard.ts';
import type { AnyHeader, Kind } from '../kinds.ts';
import { planDifference } from '../plan-difference.ts';
import { readHeader } from '../read-folder.ts';
import { settleGrading } from '../settle-grading.ts';
import type { Source } from './line-pool.ts';

/** A folder that is merged, with its first record. */
export interface Part<H extends AnyHeader> extends Source {
  readonly header: H;
}

/**
 * The first records of folders, in the order of their shards. Throws a usage error for one of another
 * kind, of version 1, of another plan or of another splitting.
 */
export function readParts<H extends AnyHeader>(
  kind: Kind<H>,
  sources: readonly Source[],
): readonly [Part<H>, ...Part<H>[]] {
  const parts = sources.map((source): Part<H> => {
    const { header, version } = readHeader(source.folder, kind);
    if (version === 1) {
      throw usageError(
        `${source.name} was written by an earlier version, whose keys stand for other facts: it cannot be merged; run it anew`,
      );
    }
    return { ...source, header };
  });
  const [first, ...others] = withGrading(parts).toSorted(
    (one, other) => indexOf(one) - indexOf(other),
  );
  if (first === undefined) {
    throw new Error('nothing to merge');
  }
  for (const other of others) {
    refuseOther(first, other);
  }
  return [first, ...others];
}

/** Folders that were only generated are judged as the others are. */
function withGrading<H extends AnyHeader>(parts: readonly Part<H>[]): readonly Part<H>[] {
  return parts.map((part) => {
    const settled = parts.map((other) => settleGrading(part.header, other.header)[0]);
    const header = settled.find(({ planHash }) => planHash !== part.header.planHash);
    return header === undefined ? part : { ...part, header };
  });
}

/** What the first records of the merged run's parts have in common with its own. */
export function mergedHeader<H extends AnyHeader>(
  parts: readonly [Part<H>, ...Part<H>[]],
): Omit<H, 'shard' | 'command'> & { readonly merged: readonly MergedShard[] } {
  // The command of one shard would make that shard again, and not this run.
  const { shard: _, command: __, ...header } = parts[0].header;
  return {
    ...header,
    startedAt: parts.map((part) => part.header.startedAt).toSorted()[0] ?? header.startedAt,
    merged: parts.flatMap(shardsIn),
  };
}

/** A folder that was merged already says what of. */
function shardsIn({ header }: Part<AnyHeader>): readonly MergedShard[] {
  const { shard, evalkit, fingerprint, startedAt, testSeed } = header;
  return (
    header.merged ?? [
      {
        ...(shard === undefined ? {} : { shard: { index: shard.index, of: shard.of } }),
        evalkit,
        fingerprint,
        startedAt,
        ...(testSeed === undefined ? {} : { testSeed }),
      },
    ]
  );
}

function indexOf({ header }: Part<AnyHeader>): number {
  return header.shard?.index ?? 0;
}

/** Throws a usage error for two first records that are not of one run. */
export function refuseOther(one: Part<AnyHeader>, other: Part<AnyHeader>): void {
  const names = [`in ${one.name}`, `in ${other.name}`] as const;
  // What is measured on top of completions is no part of the hash, and yet has to be the same.
  if (!isDeepStrictEqual(one.header.plan, other.header.plan)) {
    const difference = planDifference(one.header.plan, other.header.plan, names);
    throw usageError(
      `${one.name} and ${other.name} are not parts of one run: ${difference}; merge what the same command made`,
    );
  }
  const [here, there] = [one.header.shard, other.header.shard];
  if (here !== undefined && there !== undefined && here.of !== there.of) {
    throw usageError(
      `${one.name} is ${shardText(here)} and ${other.name} is ${shardText(there)}; merge shards of one splitting`,
    );
  }
}
