/*
 * Writes the text of the parity run to stdout: Python-like functions, made by a seeded generator, so
 * that every machine gets the same bytes and no data set need be committed.
 *
 *     npx node bench/parity/text.ts > text.txt
 */

/** Tommy Ettinger's mulberry32: 32 bits of state, one number in [0, 1) a call. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = mulberry32(20_260_101);

function pick<T>(items: readonly [T, ...T[]]): T {
  return items[Math.floor(random() * items.length)] ?? items[0];
}

function upTo(limit: number): number {
  return Math.floor(random() * limit);
}

const VERBS = ['count', 'sum', 'find', 'filter', 'merge', 'split', 'rotate', 'scale'] as const;
const NOUNS = ['items', 'words', 'rows', 'values', 'pairs', 'scores', 'names', 'digits'] as const;
const CONDITIONS = [
  'item > limit',
  'item % 2 == 0',
  'item not in seen',
  'len(str(item)) < 3',
] as const;
const STEPS = [
  'result.append(item)',
  'total += item',
  'seen.add(item)',
  'result.insert(0, item)',
] as const;

function makeFunction(number: number): string {
  const [verb, noun] = [pick(VERBS), pick(NOUNS)];
  const lines = [
    `def ${verb}_${noun}_${number}(${noun}, limit=${upTo(50)}):`,
    `    """${verb[0]?.toUpperCase()}${verb.slice(1)} the ${noun} up to a limit of ${upTo(50)}."""`,
    '    result, seen, total = [], set(), 0',
    `    for item in ${pick(['', 'sorted', 'reversed'])}(${noun}):`,
    `        if ${pick(CONDITIONS)}:`,
    `            ${pick(STEPS)}`,
    '        else:',
    `            ${pick(STEPS)}`,
  ];
  if (random() < 0.5) {
    lines.push(`    assert total >= ${upTo(9)}, f'{total} is too small for ${noun}'`);
  }
  lines.push(`    return ${pick(['result', 'total', 'len(result)', 'sorted(seen)'])}`);
  return `${lines.join('\n')}\n`;
}

/** About 10 kB: some 3,000 tokens, five or six windows of 512. */
const FUNCTIONS = 32;

process.stdout.write(
  Array.from({ length: FUNCTIONS }, (_, number) => makeFunction(number)).join('\n\n'),
);
