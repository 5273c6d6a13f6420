import { usageError } from '../../records/error.ts';
import type { PerplexityHeader, PerplexityPlan, Score } from '../../records/perplexity.ts';
import { scoreKey } from '../../records/perplexity.ts';
import { hasUnit, shardText } from '../../records/shard.ts';
import { KINDS } from '../kinds.ts';
import { digestOf } from './digest.ts';
import type { Part } from './headers.ts';
import { LinePool } from './line-pool.ts';
import type { MissingPieces } from './missing.ts';
import { shardsOf } from './shards-of.ts';

const { files } = KINDS.perplexity;

/** The scores of several folders, ready to be written in the plan's order; notes what is missing. */
export function poolScores(
  parts: readonly [Part<PerplexityHeader>, ...Part<PerplexityHeader>[]],
  missing: MissingPieces,
): { readonly write: (folder: string) => void } {
  const { plan } = parts[0].header;
  const headers = new Map(parts.map(({ name, header }) => [name, header]));
  let units = plan.method.kind === 'rows' ? plan.text.rows : 0;
  const pool = new LinePool({
    file: files.scores,
    contentOf: (record: Score, { name }) => {
      refuseForeign(record, { name, header: headers.get(name) });
      units = plan.method.kind === 'rows' ? units : record.of;
      return { place: placeOf(record, plan), digest: digestOf([record.nlls, record.kl ?? null]) };
    },
  });
  for (const part of parts) {
    pool.addFolder(part);
  }
  const { of } = shardsOf(parts);
  const places = plan.subjects.flatMap((subject) =>
    Array.from({ length: units }, (_, unit) => ({
      index: (unit % of) + 1,
      place: placeOf({ subject: subject.id, unit, key: scoreKey(plan, subject, unit) }, plan),
    })),
  );
  for (const piece of places.filter(({ place }) => !pool.has(place))) {
    missing.add('score', piece);
  }
  return {
    write: (folder) =>
      pool.write(
        places.map(({ place }) => place),
        folder,
      ),
  };
}

/** Scores of an earlier plan of more rows stay in a folder; they are no part of this one. */
function placeOf(
  { subject, unit, key }: Pick<Score, 'subject' | 'unit' | 'key'>,
  plan: PerplexityPlan,
): string {
  const own = plan.subjects.find(({ id }) => id === subject);
  const isAsked = own !== undefined && scoreKey(plan, own, unit) === key;
  return isAsked
    ? `piece ${unit} of ${subject}`
    : `an earlier piece ${unit} of ${subject} (${key})`;
}

function refuseForeign(
  { subject, unit }: Score,
  { name, header }: { readonly name: string; readonly header: PerplexityHeader | undefined },
): void {
  if (header?.shard !== undefined && !hasUnit(header, unit)) {
    throw usageError(
      `${name} holds piece ${unit} of ${subject}, which is in no ${shardText(header.shard)}: it is not as evalkit left it; run it anew`,
    );
  }
}
