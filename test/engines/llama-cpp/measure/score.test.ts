import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';
import { forward } from '../../../fixtures/tiny-forward.ts';
import { makeTinyGguf } from '../../../fixtures/tiny-gguf.ts';
import { describeScoringContract, scoreAll, windowOf } from '../../scoring-contract.ts';
import { openFile, openTiny } from '../tiny-session.ts';

describeScoringContract('llama.cpp', () => openTiny());

test('log-probabilities equal the softmax of the logits that a forward pass of our own gives', async () => {
  const path = join(temporaryFolder(), 'tiny.gguf');
  const options = { type: 'f32', seed: 3 } as const;
  await makeTinyGguf(path, options);
  const session = await openFile(path, {
    settings: { cacheTypeK: 'f32', cacheTypeV: 'f32', flash: 'off' },
  });
  const window = await windowOf(session);
  const [scores] = await scoreAll(session, [window]);
  const expected = forward(options, window.tokens).map((logits, place) => {
    const next = window.tokens[place + 1];
    return next === undefined ? [] : [logSoftmax(logits, next)];
  });
  const found = scores?.logProbs ?? [];
  expect(found).toHaveLength(window.tokens.length - 1);
  for (const [place, value] of expected.flat().entries()) {
    expect(found[place]).toBeCloseTo(value, 4);
  }
});

test('the likeliest tokens come first, with log-probabilities that leave nothing negative', async () => {
  const session = await openTiny();
  const window = await windowOf(session);
  const [scores] = await scoreAll(session, [window], 8);
  const { ids = [], logProbs = [] } = scores?.distributions ?? {};
  expect(ids.map(([first]) => first)).toEqual(scores?.likeliest);
  for (const place of logProbs) {
    expect(place).toEqual(place.toSorted((one, other) => other - one));
    expect(place.reduce((sum, value) => sum + Math.exp(value), 0)).toBeLessThan(1);
  }
});

test('all tokens together have a probability of 1', async () => {
  const session = await openTiny();
  const [scores] = await scoreAll(session, [await windowOf(session)], 100_000);
  for (const place of scores?.distributions?.logProbs ?? []) {
    expect(place.reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, 5);
  }
});

test('a window that needs several batches gives what one batch gives', async () => {
  const exact = { cacheTypeK: 'f32', cacheTypeV: 'f32', flash: 'off' } as const;
  const model = { type: 'f32' } as const;
  const small = await openTiny({ model, settings: { ...exact, batchSize: 8 } });
  const large = await openTiny({ model, settings: { ...exact, batchSize: 512 } });
  const window = await windowOf(large, 'for item in items:\n    print(item)\n'.repeat(3));
  const [few] = await scoreAll(small, [window]);
  const [many] = await scoreAll(large, [window]);
  for (const [place, value] of (many?.logProbs ?? []).entries()) {
    expect(few?.logProbs[place]).toBeCloseTo(value, 2);
  }
});

test('a window has the same scores after another one', async () => {
  const session = await openTiny();
  const one = await windowOf(session);
  const other = await windowOf(session, 'import os\n');
  const [alone] = await scoreAll(session, [one]);
  const [, after] = await scoreAll(session, [other, one]);
  expect(after).toEqual(alone);
});

test('a BOS stands before a text of a model that asks for one, and for no bytes of it', async () => {
  const [plain] = await (await openTiny()).tokens.tokenize(['abc']);
  const [text] = await (await openTiny({ model: { addBos: true } })).tokens.tokenize(['abc']);
  expect(plain?.bos).toBeUndefined();
  expect(text?.bos).toBeTypeOf('number');
  expect(text?.tokens).toEqual([text?.bos, ...(plain?.tokens ?? [])]);
  expect(text?.bytes).toEqual([0, ...(plain?.bytes ?? [])]);
});

function logSoftmax(logits: Float64Array, index: number): number {
  const highest = Math.max(...logits);
  const weight = logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0);
  return (logits[index] ?? Number.NaN) - highest - Math.log(weight);
}
