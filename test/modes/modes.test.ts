import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { modeOf } from '../../src/modes/index.ts';
import { decodeKey, decodeSchema, MODE_NAMES, samplesOf } from '../../src/records/decode.ts';
import { makeCell } from '../fixtures/run.ts';

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));

/** Rooms that know modes by name: the table, the engines, and what is written down of each. */
const MAY_NAME = /^(modes|engines)\/|^records\/decode\.ts$/;

test('no two modes share a rank', () => {
  for (const rank of ['referenceRank', 'loadRank'] as const) {
    const ranks = MODE_NAMES.map((name) => modeOf(name)[rank]);
    expect(ranks.toSorted()).toEqual(MODE_NAMES.map((_, index) => index));
  }
});

test.each(MODE_NAMES)('%s makes what a plan can hold, and says it in words', (name) => {
  const decode = modeOf(name).make({ decode: [name], samples: 7 }, makeCell().model);
  expect(decodeSchema.parse(decode)).toEqual(decode);
  expect(decode.mode).toBe(name);
  expect(modeOf(name).describe(decode)).toMatch(/\w/);
  expect(samplesOf({ decode })).toBe(modeOf(name).samples?.({ decode: [name], samples: 7 }) ?? 1);
});

test('how many samples there are, and where the draft lies, decides no single completion', () => {
  const [draft, samples] = [makeCell().model, 7];
  const keys = MODE_NAMES.map((name) =>
    decodeKey(modeOf(name).make({ decode: [name], samples }, draft)),
  );
  expect(keys).toEqual([
    { mode: 'greedy' },
    { mode: 'sample', temperature: 0.2, topP: 0.95, topK: 0 },
    { mode: 'assisted', maxDraft: 8 },
    { mode: 'lookup', maxDraft: 8, ngramMin: 2, ngramMax: 4 },
  ]);
});

test('no mode is named outside its table, the engines and the records', () => {
  // 'sample' is a column's head, too.
  const names = MODE_NAMES.filter((name) => name !== 'sample').join('|');
  const literal = new RegExp(`'(?:${names})'|(?:mode|MODE|decode)[^\\n]*'sample'`);
  const naming = sources(SRC).filter(
    (path) => !MAY_NAME.test(path) && literal.test(readFileSync(join(SRC, path), 'utf8')),
  );
  expect(naming).toEqual([]);
});

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(SRC, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
}
