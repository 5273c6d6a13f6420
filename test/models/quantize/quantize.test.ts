import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readGguf } from '../../../src/models/gguf/gguf.ts';
import { findLibllama } from '../../../src/models/quantize/libllama.ts';
import { quantize } from '../../../src/models/quantize/quantize.ts';
import {
  fileTypeNumber,
  needsImportanceMatrix,
  type Quantization,
  QUANTIZATIONS,
} from '../../../src/models/quantization.ts';
import type { ProgressEvent } from '../../../src/records/progress.ts';
import {
  tinyMatrixEntries,
  writeLegacyMatrix,
  writeMatrix,
} from '../../fixtures/importance-matrix.ts';
import { makeModelSettings } from '../../fixtures/model-settings.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { makeTinyGguf } from '../../fixtures/tiny-gguf.ts';

const NEEDS_MATRIX = QUANTIZATIONS.filter(needsImportanceMatrix);

async function makeJob(quantization: Quantization) {
  const folder = temporaryFolder();
  const input = join(folder, 'tiny-f16.gguf');
  await makeTinyGguf(input);
  const { tensors } = await readGguf(input);
  return { folder, job: { input, output: join(folder, 'out.gguf'), quantization, tensors } };
}

test('tensors are counted while llama.cpp quantizes', async () => {
  const { folder, job } = await makeJob('q8_0');
  const settings = makeModelSettings(folder);
  await quantize(job, settings);
  expect(await readGguf(job.output)).toMatchObject({ quantization: 'q8_0', tensors: job.tensors });
  const step = 'tiny-f16.gguf to q8_0';
  expect(settings.events).toEqual([
    { kind: 'step-started', step, unit: 'tensors', total: job.tensors },
    ...Array.from({ length: job.tensors }, (_, index) => ({
      kind: 'step-advanced',
      step,
      done: index + 1,
    })),
    { kind: 'step-ended', step },
  ]);
});

test.each(QUANTIZATIONS.filter((name) => !NEEDS_MATRIX.includes(name)))(
  '%s is made from f16',
  async (quantization) => {
    const { folder, job } = await makeJob(quantization);
    await quantize(job, makeModelSettings(folder));
    expect(await readGguf(job.output)).toMatchObject({ quantization });
  },
);

test.each(NEEDS_MATRIX)('%s is refused in the words of llama.cpp', async (quantization) => {
  const { folder, job } = await makeJob(quantization);
  await expect(quantize(job, makeModelSettings(folder))).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringMatching(
      new RegExp(`cannot be quantized to ${quantization}: llama.cpp says: .*imatrix`),
    ),
  });
});

test.each(NEEDS_MATRIX)('%s is made with an importance matrix', async (quantization) => {
  const { folder, job } = await makeJob(quantization);
  const imatrix = join(folder, 'imatrix.gguf');
  writeMatrix(imatrix, tinyMatrixEntries());
  const settings = makeModelSettings(folder);
  await quantize({ ...job, imatrix }, settings);
  expect(await readGguf(job.output)).toMatchObject({ quantization });
  expect(settings.events.filter(({ kind }) => kind === 'warning')).toEqual([]);
});

test('both formats of a matrix give the same file, and it is another than without', async () => {
  const { folder, job } = await makeJob('q4_k_m');
  const settings = makeModelSettings(folder);
  const make = async (imatrix: string | undefined): Promise<Buffer> => {
    await quantize({ ...job, imatrix }, settings);
    return readFileSync(job.output);
  };
  writeMatrix(join(folder, 'imatrix.gguf'), tinyMatrixEntries());
  writeLegacyMatrix(join(folder, 'imatrix.dat'), tinyMatrixEntries());
  const weighed = await make(join(folder, 'imatrix.gguf'));
  expect(weighed.equals(await make(join(folder, 'imatrix.dat')))).toBe(true);
  expect(weighed.equals(await make(undefined))).toBe(false);
});

test('tensors that a matrix says nothing of are counted, and one of another size is refused', async () => {
  const { folder, job } = await makeJob('q4_0');
  const imatrix = join(folder, 'imatrix.gguf');
  const settings = makeModelSettings(folder);
  writeMatrix(imatrix, tinyMatrixEntries().slice(3));
  await quantize({ ...job, imatrix }, settings);
  expect(settings.events).toContainEqual({
    kind: 'warning',
    text: 'q4_0: imatrix.gguf says nothing of 3 tensors, which were made without it; check that it was computed for this model',
  });
  writeMatrix(imatrix, [{ name: 'blk.0.attn_q.weight', sums: [1, 2], count: 1 }]);
  await expect(quantize({ ...job, imatrix }, settings)).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('imatrix size 2 is different from tensor size 256'),
  });
});

test('a model of an architecture that llama.cpp does not know is refused in its words', async () => {
  const { folder, job } = await makeJob('q8_0');
  await makeTinyGguf(job.input, { architecture: 'unheard-of' });
  await expect(quantize(job, makeModelSettings(folder))).rejects.toThrow(
    "unknown model architecture: 'unheard-of'",
  );
});

test("another llama.cpp on the user's library path does no harm", async () => {
  const { folder, job } = await makeJob('q8_0');
  const libraries = join(folder, 'lib');
  mkdirSync(libraries);
  writeFileSync(join(libraries, 'libggml-base.so'), 'another llama.cpp');
  const env = {
    ...process.env,
    LD_LIBRARY_PATH: libraries,
    LD_PRELOAD: join(libraries, 'libggml-base.so'),
  };
  await quantize(job, makeModelSettings(folder, { env }));
  expect(await readGguf(job.output)).toMatchObject({ quantization: 'q8_0' });
});

test('an abort ends the child', async () => {
  const { folder, job } = await makeJob('q8_0');
  const controller = new AbortController();
  const progress = (event: ProgressEvent): void => {
    if (event.kind === 'step-advanced') {
      controller.abort(new Error('interrupted'));
    }
  };
  const settings = makeModelSettings(folder, { progress, signal: controller.signal });
  await expect(quantize(job, settings)).rejects.toThrow('interrupted');
});

test('the child ends and cleans up when its parent is gone', async () => {
  const { job } = await makeJob('iq4_nl');
  const child = fork(
    fileURLToPath(new URL('../../../src/models/quantize/quantize-child.ts', import.meta.url)),
  );
  child.send({
    library: findLibllama().path,
    input: job.input,
    output: job.output,
    fileType: fileTypeNumber(job.quantization),
    threads: 1,
  });
  await once(child, 'message');
  expect(existsSync(job.output)).toBe(true);
  child.disconnect();
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  expect(existsSync(job.output)).toBe(false);
});
