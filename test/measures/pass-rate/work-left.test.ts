import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { expect, test } from 'vitest';
import { workOf } from '../../../src/measures/pass-rate/work-left.ts';

interface Run {
  readonly lengths: readonly number[];
  readonly prompts: readonly number[];
  readonly parallel: number;
  readonly most: number;
  /** Lengths that an earlier session left. */
  readonly earlier?: readonly number[];
}

/** How far a run is, by a clock of its own: the ratio of estimated to true time left, if any. */
interface Look {
  readonly share: number;
  readonly ratio: number | undefined;
}

/** Plays a run as the engine does it: in step, one token of each that is under way in a pass. */
function play({ lengths, prompts, parallel, most, earlier = [] }: Run): Look[] {
  const queue = lengths.map((length, index) => ({ length, prompt: prompts[index] ?? 0 }));
  const moments: { readonly at: number; readonly tokens: number; readonly ratio?: number }[] = [];
  const ended = [...earlier];
  let underWay: { readonly length: number; soFar: number }[] = [];
  let now = 0;
  let newTokens = 0;
  while (underWay.length > 0 || queue.length > 0) {
    for (const next of queue.splice(0, parallel - underWay.length)) {
      now += 10 + next.prompt;
      underWay.push({ length: next.length, soFar: 0 });
    }
    const together = underWay.length;
    now += together === 1 ? 5 : 10 + together;
    for (const one of underWay) {
      one.soFar += 1;
      newTokens += 1;
    }
    ended.push(
      ...underWay.filter(({ length, soFar }) => soFar === length).map(({ length }) => length),
    );
    underWay = underWay.filter(({ length, soFar }) => soFar < length);
    const work = workOf({
      ended,
      underWay: underWay.map(({ soFar }) => soFar),
      endedNow: ended.length - earlier.length,
      newTokens,
      most,
      prompts,
      parallel,
    });
    const left = work && (now / work.done) * work.left;
    moments.push({ at: now, tokens: newTokens, ...(left === undefined ? {} : { ratio: left }) });
  }
  // Near the end a tenth of the whole more or less is no matter.
  const slack = now / 10;
  return moments.map(({ at, tokens, ratio }) => ({
    share: tokens / newTokens,
    ratio: ratio === undefined ? undefined : (ratio + slack) / (now - at + slack),
  }));
}

const random = xoroshiro128plus(7);
const uniform = (): number => uniformInt(random, 1, 1_000_000) / 1_000_001;
const capped = (length: number): number => Math.max(1, Math.min(512, Math.round(length)));
const KINDS: Readonly<Record<string, () => number>> = {
  'memoryless lengths': () => capped(-62 * Math.log(uniform())),
  'lengths around a mean': () => capped(120 + 60 * (uniform() + uniform() + uniform() - 1.5)),
  'equal lengths': () => 90,
  'a tenth that loops to the cap': () => (uniform() < 0.1 ? 512 : capped(30 + 60 * uniform())),
};
const PROMPTS = Array.from({ length: 164 }, () => Math.round(50 + 170 * uniform() ** 2)).toSorted(
  (one, other) => other - one,
);

const runs = Object.entries(KINDS).flatMap(([kind, draw]) =>
  [1, 16].flatMap((parallel) =>
    ['from its start', 'resumed'].map((how) => ({ kind, draw, parallel, how })),
  ),
);

test.each(runs)(
  'the time left of $kind, $parallel at once, $how',
  ({ kind, draw, parallel, how }) => {
    const count = how === 'resumed' ? 60 : 164;
    const lengths = Array.from({ length: count }, draw);
    const earlier = how === 'resumed' ? Array.from({ length: 164 - count }, draw) : [];
    const prompts = PROMPTS.slice(-count);
    const looks = play({ lengths, prompts, parallel, most: 512, earlier });
    const late = looks.filter(({ share }) => share >= 0.25);
    // How many of the last will loop is chance.
    const bound = kind.includes('loops') ? 2 : 1.6;
    expect(late.every(({ ratio = 0 }) => ratio < bound && ratio > 1 / bound)).toBe(true);
    const early = looks.filter(({ ratio }) => ratio !== undefined);
    expect(early.every(({ ratio = 0 }) => ratio < 4 && ratio > 1 / 4)).toBe(true);
  },
);

test('before any completion has ended nothing is said', () => {
  const state = {
    ended: [],
    underWay: [10],
    endedNow: 0,
    newTokens: 160,
    most: 512,
    prompts: PROMPTS,
  };
  expect(workOf({ ...state, parallel: 16 })).toBeUndefined();
});

test('after a resume the lengths of the earlier session speak at once', () => {
  const state = { ended: [50, 60, 70], underWay: [], endedNow: 0, newTokens: 0, most: 512 };
  expect(workOf({ ...state, prompts: [100, 100], parallel: 16 })?.left).toBeGreaterThan(0);
});
