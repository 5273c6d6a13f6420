import { describe, expect, test } from 'vitest';
import {
  distanceFromOriginal,
  isUnquantized,
  parseQuantization,
  quantizationInFileName,
  QUANTIZATIONS,
} from '../../src/models/quantization.ts';

describe('a quantization', () => {
  test.each([
    ['q8', 'q8_0'],
    ['Q4_K_M', 'q4_k_m'],
    ['q4_k', 'q4_k_m'],
    ['fp16', 'f16'],
    ['BF16', 'bf16'],
    ['iq2_xxs', 'iq2_xxs'],
  ])('%s is read as %s', (text, name) => {
    expect(parseQuantization(text)).toBe(name);
  });

  test.each(['q4', 'q5', 'int8', '', 'toString'])('is not what %j names', (text) => {
    expect(parseQuantization(text)).toBeUndefined();
  });

  test.each([
    ['qwen2.5-coder-0.5b-instruct-fp16.gguf', 'f16'],
    ['qwen2.5-coder-0.5b-instruct-q4_k_m.gguf', 'q4_k_m'],
    ['Model.Q5_K_S.gguf', 'q5_k_s'],
    ['BF16/model-BF16-00001-of-00002.gguf', 'bf16'],
    ['model-q4_k_m-to-q8_0.gguf', 'q8_0'],
    ['model_q6_k.gguf', 'q6_k'],
    ['model-UD-Q4_K_XL.gguf', undefined],
    ['model.gguf', undefined],
  ])('in the file name %s is %s', (file, name) => {
    expect(quantizationInFileName(file)).toBe(name);
  });
});

test('unquantized weights are nearest to the original, unknown types farthest', () => {
  expect(QUANTIZATIONS.slice(0, 5)).toEqual(['f32', 'bf16', 'f16', 'q8_0', 'q6_k']);
  expect(QUANTIZATIONS.filter(isUnquantized)).toEqual(['f32', 'bf16', 'f16']);
  expect(distanceFromOriginal('q4_k_m')).toBeLessThan(distanceFromOriginal('q2_k'));
  expect(distanceFromOriginal('q1_0')).toBeLessThan(distanceFromOriginal('nvfp4'));
});
