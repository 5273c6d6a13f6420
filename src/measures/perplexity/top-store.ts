import type { Distributions } from '../../engines/scoring.ts';

/** Bytes of an id and of a log-probability. */
const ENTRY_BYTES = 8;

/**
 * Packs the likeliest tokens of each place into text: at each place equally many pairs of a 32-bit id
 * and a 32-bit float log-probability, little-endian, in base64. `undefined` for no places.
 */
export function packTop({ ids, logProbs }: Distributions): string | undefined {
  const count = ids[0]?.length ?? 0;
  if (count === 0) {
    return undefined;
  }
  const bytes = Buffer.alloc(ids.length * count * ENTRY_BYTES);
  for (const [place, row] of ids.entries()) {
    for (const [index, id] of row.entries()) {
      const offset = (place * count + index) * ENTRY_BYTES;
      bytes.writeUInt32LE(id, offset);
      bytes.writeFloatLE(logProbs[place]?.[index] ?? Number.NaN, offset + 4);
    }
  }
  return bytes.toString('base64');
}

/** Undoes `packTop` for so many places. */
export function unpackTop(packed: string, places: number): Distributions {
  const bytes = Buffer.from(packed, 'base64');
  const count = bytes.length / ENTRY_BYTES / places;
  const read = (entry: (offset: number) => number): number[][] =>
    Array.from({ length: places }, (_, place) =>
      Array.from({ length: count }, (__, index) => entry((place * count + index) * ENTRY_BYTES)),
    );
  return {
    ids: read((offset) => bytes.readUInt32LE(offset)),
    logProbs: read((offset) => bytes.readFloatLE(offset + 4)),
  };
}
