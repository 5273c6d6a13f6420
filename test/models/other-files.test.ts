import { describe, expect, test } from 'vitest';
import { liesBeside, otherByHeader, otherByName } from '../../src/models/gguf/other-files.ts';
import { quantizationInFileName } from '../../src/models/quantization.ts';

describe('by its name', () => {
  test.each([
    'mmproj-F16.gguf',
    'Vision.mmproj-fp16.gguf',
    'vision_MMPROJ_q8_0.gguf',
    'Model-mm-proj-f16.gguf',
    'sub/mmproj.gguf',
    'Model.mm_proj.F16.gguf',
    'vision-projector-f16.gguf',
  ])('%s is a vision projector', (name) => {
    expect(otherByName(name, quantizationInFileName(name) !== undefined)).toBe(
      'a vision projector',
    );
  });

  test.each(['imatrix.gguf', 'Model.imatrix.gguf', 'sub/Model-iMatrix.gguf'])(
    '%s is an importance matrix',
    (name) => {
      expect(otherByName(name, quantizationInFileName(name) !== undefined)).toBe(
        'an importance matrix',
      );
    },
  );

  test.each([
    'model-Q4_K_M.gguf',
    'model.imatrix-Q4_K_M.gguf',
    'Model-Q4_K_M-imatrix.gguf',
    'vision-f16.gguf',
  ])('%s may be a model', (name) => {
    expect(otherByName(name, quantizationInFileName(name) !== undefined)).toBeUndefined();
  });

  test.each([
    'lora-f16.gguf',
    'Model-LoRA-adapter.gguf',
    'Model-MTP-Q8_0.gguf',
    'draft/Model-Q4_0.gguf',
    'Model.DRAFT.0.5B-Q4_0.gguf',
    'Model-Embedding-Q8_0.gguf',
    'Model-Reranker-Q8_0.gguf',
    'ggml-vocab-qwen2.gguf',
  ])('%s lies beside a model', (name) => {
    expect(liesBeside(name)).toBe(true);
  });

  test.each(['Explora-7B-Q8_0.gguf', 'Drafty-Q8_0.gguf', 'empty-Q8_0.gguf'])(
    '%s is a model of that name',
    (name) => {
      expect(liesBeside(name)).toBe(false);
    },
  );
});

test.each([
  [{ 'general.architecture': 'clip' }, 'a vision projector'],
  [{ 'general.architecture': 'clip', 'general.type': 'mmproj' }, 'a vision projector'],
  [{ 'general.type': 'imatrix' }, 'an importance matrix'],
  [{ 'general.architecture': 'llama', 'general.type': 'adapter' }, 'a LoRA adapter'],
  [{ 'general.architecture': 'nomic-bert' }, 'an embedding model'],
  [{ 'general.architecture': 'qwen3', 'qwen3.pooling_type': 3 }, 'an embedding model'],
  [{ 'general.architecture': 'qwen3', 'qwen3.pooling_type': 4 }, 'a reranker'],
  [{ 'general.architecture': 'qwen3', 'qwen3.pooling_type': 0 }, undefined],
  [{ 'general.architecture': 'qwen2', 'general.type': 'model' }, undefined],
  [{}, undefined],
])('a header of %j says %s', (metadata, what) => {
  expect(otherByHeader(metadata)).toBe(what);
});
