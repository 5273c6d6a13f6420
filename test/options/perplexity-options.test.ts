import { expect, test } from 'vitest';
import { perplexityOptions } from '../../src/app/perplexity/options.ts';
import { parseOptions } from '../../src/options/parse.ts';

test('without any option the text, the rows and the method are the documented ones', () => {
  expect(parseOptions(perplexityOptions, {})).toMatchObject({
    field: 'text',
    rows: 512,
    method: 'rows',
    kl: false,
    batchSize: 512,
    cacheTypeK: 'f16',
    cacheTypeV: 'f16',
  });
});

test("a stride is refused for llama.cpp's method", () => {
  expect(() => parseOptions(perplexityOptions, { method: 'llama-cpp', stride: '4' })).toThrow(
    '--stride 4 has no use with --method llama-cpp, whose windows do not overlap',
  );
});
