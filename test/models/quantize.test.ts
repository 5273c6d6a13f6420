import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readGguf } from '../../src/models/gguf.ts';
import { findLibllama } from '../../src/models/libllama.ts';
import { quantize } from '../../src/models/quantize.ts';
import { fileTypeNumber, type Quantization, QUANTIZATIONS } from '../../src/models/quantization.ts';
import type { ProgressEvent } from '../../src/records/progress.ts';
import { makeModelSettings } from '../fixtures/model-settings.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { makeTinyGguf } from '../fixtures/tiny-gguf.ts';

/** What llama.cpp makes of this model only with an importance matrix. */
const NEEDS_MATRIX: readonly Quantization[] = [
  'iq3_xs',
  'iq3_xxs',
  'iq2_m',
  'iq2_s',
  'iq2_xs',
  'iq2_xxs',
  'iq1_m',
  'iq1_s',
  'q2_k_s',
];

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
  const child = fork(fileURLToPath(new URL('../../src/models/quantize-child.ts', import.meta.url)));
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
