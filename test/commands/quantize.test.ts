import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { QUANTIZATIONS } from '../../src/models/quantization.ts';
import { modelFilesSchema } from '../../src/records/models-report.ts';
import { runCli } from '../fixtures/cli.ts';
import { setUpTinyRun } from '../fixtures/tiny-run.ts';

async function setUp() {
  const { cwd } = await setUpTinyRun();
  const quantize = (...words: string[]) => runCli(['quantize', ...words], { cwd });
  return { cwd, quantize };
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

test('several quantizations are made from one file and laid into a folder', async () => {
  const { cwd, quantize } = await setUp();
  const words = ['--model', 'q4_0,q5_k_m,q2_k', '--quantize-from', 'tiny.gguf', '--out', 'made'];
  const { exitCode, stdout, stderr } = await quantize(...words, '--json');
  expect(exitCode).toBe(0);
  expect(stderr).toContain(`from: ${join(cwd, 'tiny.gguf')}`);
  const { models } = modelFilesSchema.parse(JSON.parse(stdout));
  expect(models.map(({ quantization }) => quantization)).toEqual(['q4_0', 'q5_k_m', 'q2_k']);
  for (const { path, weights: file, provenance } of models) {
    expect(path).toBe(join(cwd, 'made', file.name));
    expect(sha256(path)).toBe(file.sha256);
    expect(provenance).toMatchObject({
      kind: 'quantized',
      from: { quantization: 'f16', sha256: sha256(join(cwd, 'tiny.gguf')) },
    });
  }
  expect(readdirSync(join(cwd, 'made')).toSorted()).toEqual([
    'tiny-to-q2_k.gguf',
    'tiny-to-q4_0.gguf',
    'tiny-to-q5_k_m.gguf',
  ]);
});

test('it says how many bits a weight has and which types the tensors got', async () => {
  const { quantize } = await setUp();
  const { stdout } = await quantize('--model', 'q2_k', '--base', 'tiny.gguf');
  expect(stdout).toMatch(/^ {2}bits per weight: 3\.\d\d, over \d+ weights$/m);
  expect(stdout).toMatch(/^ {2}tensor types: Q2_K [\d.]+ % \(\d+ tensors\), .*F32 /m);
});

test('a file that is of the wanted quantization already is not rounded once more', async () => {
  const { cwd, quantize } = await setUp();
  const { stdout, stderr } = await quantize('--model', 'f16', '--base', 'tiny.gguf', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ models: [{ path: join(cwd, 'tiny.gguf') }] });
  expect(stderr).toMatch(/^f16: the file already has this quantization$/m);
});

test('an empty --out is filled once; the same command again finds its own files', async () => {
  const { cwd, quantize } = await setUp();
  const words = ['--model', 'q8', '--base', 'tiny.gguf', '--out', 'made'];
  await quantize(...words);
  expect((await quantize(...words)).exitCode).toBe(0);
  copyFileSync(join(cwd, 'tiny.gguf'), join(cwd, 'made', 'tiny-to-q8_0.gguf'));
  const { exitCode, stderr } = await quantize(...words);
  expect(stderr).toMatch(/^evalkit: .*tiny-to-q8_0\.gguf exists and is another file; move it/m);
  expect(exitCode).toBe(2);
  expect(sha256(join(cwd, 'made', 'tiny-to-q8_0.gguf'))).toBe(sha256(join(cwd, 'tiny.gguf')));
});

test.each([
  [[], 2, /--model is missing/],
  [['--model', 'q9_z'], 2, /--model q9_z: no quantization is called q9_z; nearest: /],
  [['--model', 'tiny.gguf'], 2, /--model tiny\.gguf: no quantization is called tiny\.gguf/],
  [['--model', 'q8,q9_z', '--out', 'made'], 2, /no quantization is called q9_z/],
  [['--model', 'q8', '--base', 'none.gguf'], 2, /--base none\.gguf: there is no file/],
  [
    ['--model', 'q8', '--quantize-from', 'none.gguf', '--out', 'made'],
    2,
    /none\.gguf: there is no/,
  ],
  [['--model', 'iq1_s', '--base', 'tiny.gguf'], 2, /iq1_s only with an importance matrix/],
  [['--model', 'q8', '--base', 'tiny.gguf', '--imatrix', 'no.dat'], 2, /no\.dat cannot be read/],
  [
    ['--model', 'q8', '--base', 'tiny.gguf', '--imatrix', 'junk'],
    2,
    /junk is not an importance matrix/,
  ],
  [['--model', 'q8', '--base', 'tiny.gguf', '--out', 'junk'], 2, /--out junk: .*junk is no folder/],
  [['--model', 'q8', '--offline'], 3, /no source has any file of .*--quantize-from/],
  [['--model', 'q8', '--colour'], 2, /evalkit quantize has no option --colour; nearest: --/],
])('%j ends with %i, one line, and nothing half-written', async (words, code, message) => {
  const { cwd, quantize } = await setUp();
  writeFileSync(join(cwd, 'junk'), 'x'.repeat(100));
  const { exitCode, stdout, stderr } = await quantize(...words);
  expect(stderr.split('\n').filter((line) => line.startsWith('evalkit:'))).toHaveLength(1);
  expect(stderr).toMatch(message);
  expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
  expect(existsSync(join(cwd, 'made'))).toBe(false);
});

test('every type that llama.cpp makes without a matrix is made of a tiny model', async () => {
  const { quantize } = await setUp();
  const { exitCode, stdout } = await quantize(
    '--model',
    QUANTIZATIONS.filter((name) => !/^(?:iq[123]|q2_k_s|mxfp4)/.test(name)).join(','),
    '--base',
    'tiny.gguf',
    '--json',
  );
  expect(exitCode).toBe(0);
  expect(modelFilesSchema.parse(JSON.parse(stdout)).models.length).toBeGreaterThan(20);
});
