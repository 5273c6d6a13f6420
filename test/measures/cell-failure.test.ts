import { expect, test } from 'vitest';
import { EngineFailure } from '../../src/engines/engine.ts';
import { describeFailure, withCause } from '../../src/measures/cell-failure.ts';

/** What llama.cpp logs on an H200 whose driver is older than the backend's PTX. */
const LOG = [
  'load_tensors: offloaded 25/25 layers to GPU',
  'CUDA error: the provided PTX was compiled with an unsupported toolchain.',
  '  current device: 0, in function ggml_cuda_mul_mat at ggml-cuda.cu:2490',
  'ggml-cuda.cu:103: CUDA error',
  'libggml-base.so(+0x1b5c6)[0x7f0b1c3e35c6]',
];

test("a death is told with the library's own reason", () => {
  const failure = new EngineFailure('died', 'was killed by SIGABRT', LOG);
  const words =
    'was killed by SIGABRT: CUDA error: the provided PTX was compiled with an unsupported toolchain.';
  expect(withCause(failure)).toBe(words);
  expect(describeFailure(failure).text).toBe(`the engine ${words}`);
});

test('a log that says nothing of it adds nothing, and neither does one of a kill from outside', () => {
  expect(withCause(new EngineFailure('died', 'ended with exit code 1', ['loaded']))).toBe(
    'ended with exit code 1',
  );
  expect(withCause(new EngineFailure('killed', 'was killed by SIGKILL', LOG))).toBe(
    'was killed by SIGKILL',
  );
});

test('a megabyte of a line is shortened', () => {
  const failure = new EngineFailure('died', 'died', [`error: ${'x'.repeat(1_000_000)}`]);
  expect(withCause(failure).length).toBeLessThan(300);
});
