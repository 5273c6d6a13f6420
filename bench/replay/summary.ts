import { sum } from 'simple-statistics';
import { bootstrapInterval } from '../../src/metrics/bootstrap.ts';
import { type Extent, type Job, keyOf, type Pair, type Record } from './jobs.ts';

type Records = ReadonlyMap<string, Record>;

/** A row a pair: how much faster, how much agreed, and the floor beside it. */
export function summaryRows(pairs: readonly Pair[], extent: Extent, records: Records): string[][] {
  const head = [
    'pair',
    'plain tok/s',
    'replay tok/s',
    'times as fast',
    'CPU time, plain / replay',
    'tokens accepted',
    'checked in vain',
    'same as the reference',
    'replay = plain',
    'floor: itself',
    'floor: half at once',
  ];
  return [head, ...pairs.map((pair) => rowOf(pair, extent, records))];
}

function rowOf({ reference, candidate }: Pair, extent: Extent, records: Records): string[] {
  const at = { parallel: extent.parallel, repeat: 0 };
  const blocks = [...Array(extent.blocks).keys()];
  const repeats = [...Array(extent.repeats).keys()];
  const found = (job: Job): Record | undefined => records.get(keyOf(job));
  const turns = repeats.flatMap((repeat) =>
    blocks.flatMap((block) => {
      const plain = found({ ...at, model: candidate, block, repeat });
      const replay = found({ ...at, model: candidate, reference, block, repeat });
      return plain === undefined || replay === undefined ? [] : [{ plain, replay }];
    }),
  );
  const first = turns.slice(0, blocks.length);
  const same = (one: Omit<Job, 'block'>, other: Omit<Job, 'block'>): string =>
    wordsOf(
      blocks
        .map((block) => equalOf(found({ ...one, block }), found({ ...other, block })))
        .reduce(addShares, { equal: 0, of: 0 }),
    );
  const replayed = { ...at, model: candidate, reference };
  const plain = { ...at, model: candidate };
  const drafted = sum(first.map(({ replay }) => replay.drafted));
  const accepted = sum(first.map(({ replay }) => replay.accepted));
  const tokens = sum(first.map(({ replay }) => replay.newTokens));
  return [
    `${reference} -> ${candidate}`,
    rate(turns.map((turn) => turn.plain)),
    rate(turns.map((turn) => turn.replay)),
    speedUp(turns, ({ wallMs }) => wallMs),
    speedUp(turns, ({ cpuMs }) => cpuMs),
    percent(accepted, tokens),
    percent(drafted - accepted, drafted),
    same(plain, { ...at, model: reference }),
    same(replayed, plain),
    same({ ...plain, reference: candidate }, plain),
    extent.parallel === 1
      ? 'n/a'
      : same({ ...plain, parallel: Math.ceil(extent.parallel / 2) }, plain),
  ];
}

interface Shares {
  readonly equal: number;
  readonly of: number;
}

function addShares(one: Shares, other: Shares): Shares {
  return { equal: one.equal + other.equal, of: one.of + other.of };
}

function wordsOf({ equal, of }: Shares): string {
  return of === 0 ? 'n/a' : `${equal} of ${of}`;
}

/** Tasks whose tokens are the same. */
function equalOf(one: Record | undefined, other: Record | undefined): Shares {
  if (one === undefined || other === undefined) {
    return { equal: 0, of: 0 };
  }
  const ids = Object.keys(one.completions).filter((id) => id in other.completions);
  const equal = ids.filter(
    (id) => String(one.completions[id]?.tokens) === String(other.completions[id]?.tokens),
  );
  return { equal: equal.length, of: ids.length };
}

function rate(records: readonly Record[]): string {
  const ms = sum(records.map(({ wallMs }) => wallMs));
  return ms === 0
    ? 'n/a'
    : ((1_000 * sum(records.map(({ newTokens }) => newTokens))) / ms).toFixed(1);
}

/** Time a token, plain over replayed, with a bootstrap over blocks and repeats. */
function speedUp(
  turns: readonly { readonly plain: Record; readonly replay: Record }[],
  time: (record: Record) => number,
): string {
  if (turns.length === 0) {
    return 'n/a';
  }
  const ratio = (some: typeof turns): number =>
    perToken(
      some.map(({ plain }) => plain),
      time,
    ) /
    perToken(
      some.map(({ replay }) => replay),
      time,
    );
  const estimate = ratio(turns).toFixed(2);
  if (turns.length < 3) {
    return `${estimate} (n=${turns.length})`;
  }
  const [low, high] = bootstrapInterval(turns, ratio);
  return `${estimate} [${low.toFixed(2)}, ${high.toFixed(2)}] (n=${turns.length})`;
}

function perToken(records: readonly Record[], time: (record: Record) => number): number {
  return sum(records.map(time)) / sum(records.map(({ newTokens }) => newTokens));
}

function percent(part: number, of: number): string {
  return of === 0 ? 'n/a' : `${((100 * part) / of).toFixed(1)} %`;
}
