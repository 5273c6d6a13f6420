import { type ModelRecord, weightBytes } from '../records/model.ts';

/** What of a cell decides whether it is the one that others are compared with. */
export interface Candidate {
  readonly base: string;
  readonly weights: ModelRecord['weights'];
  readonly provenance: ModelRecord['provenance'];
  /** The smaller, the nearer its way of choosing tokens is to the model as it is. */
  readonly modeRank: number;
  /** Whether its engine's settings round what the defaults keep. */
  readonly isRounded: boolean;
}

/**
 * The item nearest to the original weights by provenance, of anything that a candidate can be made
 * from: of the first item's base. A file holds no more of the original than the smallest file on
 * its way: an f16 made from a q4_k_m ranks as that q4_k_m, and behind it, since it is one step
 * further away. Among equals: the mode's rank, settings that round nothing before those that do, then
 * the order. Throws a `RangeError` without any item.
 */
export function nearest<T>(cells: readonly T[], describe: (cell: T) => Candidate): T {
  const all = cells.map((cell) => ({ cell, candidate: describe(cell) }));
  const base = all[0]?.candidate.base;
  const [first] = all
    .filter(({ candidate }) => candidate.base === base)
    .toSorted((one, other) => compareRanks(rank(one.candidate), rank(other.candidate)));
  if (first === undefined) {
    throw new RangeError('no cells, no reference');
  }
  return first.cell;
}

/** Smaller is nearer, the first difference decides. */
function rank({ weights, provenance, modeRank, isRounded }: Candidate): number[] {
  // What a server holds is unknown: it comes behind every file.
  const bytes = weightBytes(weights) ?? 0;
  return [
    -('from' in provenance ? Math.min(bytes, provenance.from.bytes) : bytes),
    stepsAway(provenance),
    // Two files from one source: the larger rounds it less.
    -bytes,
    modeRank,
    isRounded ? 1 : 0,
  ];
}

/** How often weights were converted on this machine or before, as far as is known. */
function stepsAway(provenance: Candidate['provenance']): number {
  switch (provenance.kind) {
    case 'published':
    case 'local':
    case 'converted':
    case 'served':
      return 0;
    case 'quantized':
    case 'unpacked':
      return 1;
    case 'requantized':
      return 2;
  }
}

function compareRanks(one: readonly number[], other: readonly number[]): number {
  const difference = one.map((value, index) => value - (other[index] ?? 0));
  return difference.find((value) => value !== 0) ?? 0;
}
