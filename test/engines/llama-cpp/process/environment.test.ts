import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { engineEnvironment } from '../../../../src/engines/llama-cpp/process/environment.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

test('what changes the engine goes, what it needs stays', () => {
  const env = {
    PATH: '/bin',
    CUDA_VISIBLE_DEVICES: '1',
    LD_PRELOAD: '/x.so',
    LD_LIBRARY_PATH: '/usr/lib',
    GGML_CUDA_FORCE_MMQ: '1',
    LLAMA_ARG_THREADS: '9',
    NODE_LLAMA_CPP_GPU: 'vulkan',
    NODE_OPTIONS: '--inspect',
  };
  expect(engineEnvironment(env, false)).toEqual({
    PATH: '/bin',
    CUDA_VISIBLE_DEVICES: '1',
    UV_THREADPOOL_SIZE: '1',
  });
});

test('for a GPU only the folders with another llama.cpp leave the library path', () => {
  const driver = temporaryFolder();
  const other = temporaryFolder();
  writeFileSync(join(driver, 'libcuda.so.1'), '');
  writeFileSync(join(other, 'libggml-base.so'), '');
  const env = { LD_LIBRARY_PATH: `${other}:${driver}:/nowhere` };
  expect(engineEnvironment(env, true)).toEqual({
    LD_LIBRARY_PATH: driver,
    UV_THREADPOOL_SIZE: '1',
  });
});
