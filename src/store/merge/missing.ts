import { shardOfTask } from '../../records/shard.ts';

/** Pieces of one kind that are missing: how many, and the first of them where it is known. */
export interface MissingCount {
  readonly count: number;
  readonly first: string | undefined;
}

/** What a merged run lacks of one of its shards. */
export interface MissingOfShard {
  /** Absent: of a run that was not split. */
  readonly index: number | undefined;
  /** How many shards there are. */
  readonly of: number;
  /** True: no folder of it was given. */
  readonly isAbsent: boolean;
  /** By what a piece is called, as `completion`; empty where an absent shard may have nothing to do. */
  readonly counts: ReadonlyMap<string, MissingCount>;
}

/** The shards that folders are said to be. */
export interface Shards {
  /** How many there are; 1: the run was not split. */
  readonly of: number;
  readonly given: ReadonlySet<number>;
}

/** Collects what is missing of each shard. */
export class MissingPieces {
  readonly #shards: Shards;
  readonly #byIndex = new Map<number, Map<string, MissingCount>>();

  constructor(shards: Shards) {
    this.#shards = shards;
  }

  addOfTask(what: string, piece: { readonly taskId: string; readonly place: string }): void {
    this.add(what, { index: shardOfTask(piece.taskId, this.#shards.of), place: piece.place });
  }

  add(
    what: string,
    piece: { readonly index: number; readonly place?: string; readonly count?: number },
  ): void {
    const { index, place, count: more = 1 } = piece;
    const counts = this.#byIndex.get(index) ?? new Map<string, MissingCount>();
    const { count, first } = counts.get(what) ?? { count: 0, first: place };
    counts.set(what, { count: count + more, first });
    this.#byIndex.set(index, counts);
  }

  /** By the shards' numbers; also shards that are absent and had nothing to do are named. */
  all(): MissingOfShard[] {
    const { of, given } = this.#shards;
    return Array.from({ length: of }, (_, index) => index + 1).flatMap((index) => {
      const counts = this.#byIndex.get(index);
      const isAbsent = given.size > 0 && !given.has(index);
      return counts === undefined && !isAbsent
        ? []
        : [
            {
              index: given.size === 0 ? undefined : index,
              of,
              isAbsent,
              counts: counts ?? new Map(),
            },
          ];
    });
  }
}
