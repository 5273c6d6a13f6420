import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import {
  drawLikeliest,
  drawShared,
  sharedNoise,
  threefry,
} from '../../src/engines/shared-noise.ts';

const TORCH = fileURLToPath(new URL('../../src/engines/torch/', import.meta.url));

/** Random123's published answers (kat_vectors, threefry2x32 with 20 rounds): key, counter, words. */
const PUBLISHED = [
  [
    [0, 0],
    [0, 0],
    [0x6b200159, 0x99ba4efe],
  ],
  [
    [0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x1cb996fc, 0xbb002be7],
  ],
  [
    [0x13198a2e, 0x03707344],
    [0x243f6a88, 0x85a308d3],
    [0xc4923a9c, 0x483df7a0],
  ],
] as const;

test.each(PUBLISHED)('threefry of key %j and counter %j is %j', (key, counter, words) => {
  expect(threefry(key, counter)).toEqual(words);
});

/** Seed, position and token. */
const PLACES = [
  [0, 0, 0],
  [1, 2, 3],
  [2 ** 32 - 2, 511, 151_935],
  ...Array.from({ length: 2000 }, (_, index) => [index * 7919, index % 97, index * 31] as const),
] as const;

const noises = PLACES.map(([seed, position, token]) => sharedNoise({ seed, position }, token));

test('the noise stays what it is', () => {
  expect(noises.slice(0, 3)).toEqual([
    0.1379056597754033, -0.4162955684593889, -0.22785985683919902,
  ]);
});

test("torch's worker computes the same noise, bit for bit", async () => {
  const program = [
    'import json, sys',
    'sys.path.insert(0, sys.argv[1])',
    'from worker.noise import shared_noise',
    'print(json.dumps([shared_noise(*place) for place in json.loads(sys.argv[2])]))',
  ].join('\n');
  const words = ['-I', '-B', '-c', program, TORCH, JSON.stringify(PLACES)];
  const { stdout } = await execa('python3', words);
  expect(JSON.parse(stdout)).toEqual(noises);
});

test('its logarithm is that of the language, up to the last bits', () => {
  for (const [index, [seed, position, token]] of PLACES.entries()) {
    const [high, low] = threefry([seed, 0], [position, token]);
    const uniform = (high * 2 ** 20 + (low >>> 12) + 0.5) / 2 ** 52;
    expect(noises[index]).toBeCloseTo(-Math.log(-Math.log(uniform)), 13);
  }
});

const DRAWS = 20_000;

/** What comes of a draw for each of many seeds. */
function draws(shares: readonly number[], seeds = 0): number[] {
  const candidates = shares.map((share, token) => [token, share] as const);
  return Array.from({ length: DRAWS }, (_, seed) =>
    Number(drawShared(candidates, { seed: seeds + seed, position: 5 })),
  );
}

function shareOf(drawn: readonly number[], token: number): number {
  return drawn.filter((one) => one === token).length / drawn.length;
}

/** Five standard errors: fixed seeds, so it holds or does not for good. */
const within = (share: number): number => 5 * Math.sqrt((share * (1 - share)) / DRAWS);

test('each candidate is drawn by its probability', () => {
  const shares = [0.5, 0.3, 0.15, 0.05];
  const drawn = draws(shares.map((share) => share * 0.95));
  for (const [token, share] of shares.entries()) {
    expect(Math.abs(shareOf(drawn, token) - share)).toBeLessThan(within(share));
  }
});

test('near distributions nearly always draw the same, and independent seeds do not', () => {
  const [one, other] = [
    [0.6, 0.3, 0.1],
    [0.57, 0.31, 0.12],
  ];
  const drawn = draws(one);
  const same = (others: readonly number[]): number =>
    drawn.filter((token, index) => token === others[index]).length / DRAWS;
  // (1 - d) / (1 + d) at least, where d is the total variation (Daliri et al. 2024, arXiv 2408.07978).
  expect(same(draws(other))).toBeGreaterThan(0.97 / 1.03 - 0.01);
  expect(same(draws(one))).toBe(1);
  expect(Math.abs(same(draws(other, DRAWS)) - 0.447)).toBeLessThan(within(0.447));
});

test('the likeliest decide only where no other could win', () => {
  const shares = Array.from({ length: 400 }, (_, token) => Math.exp(-token / 20));
  const all = shares.map((share, token) => [token, share] as const);
  const likeliest = new Map(all.slice(0, 100));
  const drawn = Array.from({ length: 2000 }, (_, seed) => {
    const place = { seed, position: 1 };
    return [drawShared(all, place), drawLikeliest(likeliest, place, shares.length)] as const;
  });
  const decided = drawn.filter(([, token]) => token !== undefined);
  expect(decided.filter(([whole, token]) => whole !== token)).toEqual([]);
  expect(decided.length).toBeGreaterThan(300);
  // exp(-5) of the draws come from the others.
  expect(drawn.filter(([whole]) => Number(whole) >= 100).length).toBeGreaterThan(5);
});

test.each([
  ['tokens', (index: number) => [7, 3, index]],
  ['positions', (index: number) => [7, index, 3]],
  ['samples', (index: number) => [index, 7, 3]],
] as const)('the noise of neighbouring %s is independent', (_, place) => {
  const levels = Array.from({ length: DRAWS + 1 }, (__, index) => {
    const [seed = 0, position = 0, token = 0] = place(index);
    // Uniform again, from -0.5 to 0.5.
    return Math.exp(-Math.exp(-sharedNoise({ seed, position }, token))) - 0.5;
  });
  const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length;
  const pairs = levels.slice(1).map((level, index) => level * (levels[index] ?? 0) * 12);
  const correlation = pairs.reduce((sum, product) => sum + product, 0) / pairs.length;
  expect(Math.abs(mean * Math.sqrt(12 * DRAWS))).toBeLessThan(4);
  expect(Math.abs(correlation * Math.sqrt(DRAWS))).toBeLessThan(4);
});
