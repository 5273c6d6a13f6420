import { expect, test } from 'vitest';
import {
  CATALOGUE,
  catalogueRepository,
  DEFAULT_BASE,
  findBase,
  findPublished,
} from '../../../src/models/catalogue/catalogue.ts';
import { quantizationInFileName } from '../../../src/models/quantization.ts';

test('the default base is in the catalogue', () => {
  expect(findBase(DEFAULT_BASE)?.name).toBe(DEFAULT_BASE);
});

test('a base is found in any case', () => {
  expect(findBase('Qwen2.5-Coder-1.5B')?.repo).toBe('Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF');
});

test('each file stands under the quantization that its name says', () => {
  for (const { quantization, name } of CATALOGUE.flatMap(
    (entry) => catalogueRepository(entry).files,
  )) {
    expect(quantizationInFileName(name)).toBe(quantization);
  }
});

test('a published checksum is recognized, another is not', () => {
  const sha256 = '1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32';
  expect(findPublished(sha256)?.quantization).toBe('q4_k_m');
  expect(findPublished('0'.repeat(64))).toBeUndefined();
});
