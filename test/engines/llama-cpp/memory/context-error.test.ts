import { expect, test } from 'vitest';
import { contextError } from '../../../../src/engines/llama-cpp/memory/context-error.ts';
import { describeError } from '../../../../src/engines/llama-cpp/process/describe-error.ts';

const FAILED = new Error('Failed to create context');

test.each([
  ['llama.cpp found no memory', ['alloc_tensor_range: failed to allocate CPU buffer of size 9']],
  ['llama.cpp said nothing', []],
])('where %s, a context that could not be made is a lack of memory', async (_name, complaints) => {
  const error = await contextError(FAILED, complaints);
  expect(describeError(error)).toMatchObject({ kind: 'failed', reason: 'out-of-memory' });
});

test("settings that a model cannot have are refused in llama.cpp's words", async () => {
  const words =
    'llama_init_from_model: K cache type q8_0 with block size 32 does not divide n_embd_head_k=80\n';
  expect(describeError(await contextError(FAILED, [words]))).toMatchObject({
    kind: 'refused',
    errorKind: 'usage',
    message: expect.stringMatching(/model: K cache type q8_0 .*=80; change --cache-type-k/),
  });
});

test('any other error stays what it is', async () => {
  const other = new Error('disposed');
  expect(await contextError(other, ['words'])).toBe(other);
});
