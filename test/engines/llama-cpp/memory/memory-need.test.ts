import { expect, test } from 'vitest';
import { memoryNeed } from '../../../../src/engines/llama-cpp/memory/memory-need.ts';

/** Qwen2.5-Coder-0.5B: 24 layers with 2 key and value heads of 64. */
const MODEL = {
  weightBytes: 485_000_000,
  keyNumbers: 24 * 2 * 64,
  valueNumbers: 24 * 2 * 64,
  embedding: 896,
  feedForward: 4_864,
  heads: 14,
  vocabulary: 151_936,
};

const CONTEXT = {
  sequences: 16,
  contextSize: 160,
  batchSize: 512,
  flashAttention: true,
  experimentalKvCacheKeyType: 'F16',
  experimentalKvCacheValueType: 'F16',
} as const;

const MEBIBYTE = 2 ** 20;

test("the need is llama.cpp's own: 48 MiB of cache, 300.25 and 9.27 MiB of buffers", () => {
  const { cacheBytes, bufferBytes, totalBytes } = memoryNeed(MODEL, CONTEXT);
  expect(cacheBytes).toBe(48 * MEBIBYTE);
  expect(bufferBytes / MEBIBYTE).toBeCloseTo(300.25 + 9.27, 1);
  expect(totalBytes).toBe(MODEL.weightBytes + cacheBytes + bufferBytes);
});

test('a batch is no larger than what the context can hold', () => {
  const { bufferBytes } = memoryNeed(MODEL, { ...CONTEXT, sequences: 1 });
  expect(bufferBytes / MEBIBYTE).toBeCloseTo(150.13 + 0.58, 1);
});

test('a quantized cache is smaller by its blocks', () => {
  const types = {
    experimentalKvCacheKeyType: 'Q8_0',
    experimentalKvCacheValueType: 'Q4_0',
  } as const;
  const { cacheBytes } = memoryNeed(MODEL, { ...CONTEXT, ...types });
  expect(cacheBytes).toBe((48 * MEBIBYTE * (34 + 18)) / 2 / 64);
});

test('without flash attention a layer’s scores count', () => {
  const context = { ...CONTEXT, sequences: 1, contextSize: 32_768, flashAttention: false };
  const scores = 512 * 14 * 32_768 * 4;
  expect(memoryNeed(MODEL, context).bufferBytes).toBeGreaterThan(scores);
});
