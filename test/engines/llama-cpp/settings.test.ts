import { expect, test } from 'vitest';
import { contextSettings } from '../../../src/engines/llama-cpp/settings.ts';
import { SETTINGS } from './tiny-session.ts';

test('settings are told in the words of node-llama-cpp', () => {
  const settings = { ...SETTINGS, flash: 'on', cacheTypeK: 'q8_0', cacheTypeV: 'q4_0' } as const;
  expect(contextSettings(settings)).toEqual({
    batchSize: 512,
    flashAttention: true,
    experimentalKvCacheKeyType: 'Q8_0',
    experimentalKvCacheValueType: 'Q4_0',
  });
});

test('an unknown cache type is refused with the known ones', () => {
  expect(() => contextSettings({ ...SETTINGS, cacheTypeK: 'q9_9' })).toThrow(
    /^--cache-type-k q9_9: .*q8_0/,
  );
});

test('quantized values without flash attention are refused', () => {
  const settings = { ...SETTINGS, flash: 'off', cacheTypeV: 'q8_0' } as const;
  expect(() => contextSettings(settings)).toThrow(/--cache-type-v q8_0 .*--flash off/);
});
