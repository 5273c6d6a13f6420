import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readImportanceMatrix } from '../../../src/models/quantize/importance-matrix.ts';
import {
  tinyMatrixEntries,
  writeLegacyMatrix,
  writeMatrix,
} from '../../fixtures/importance-matrix.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

test.each([
  ['GGUF', writeMatrix],
  ['the older format', writeLegacyMatrix],
])('the means of a matrix in %s are read, with what they were measured on', async (_, write) => {
  const path = join(temporaryFolder(), 'imatrix');
  write(path, [
    { name: 'a.weight', sums: [2, 4, 1], count: 2 },
    { name: 'b.weight', sums: [9], count: 3 },
  ]);
  expect(await readImportanceMatrix(path)).toEqual({
    entries: new Map([
      ['a.weight', Float32Array.of(1, 2, 0.5)],
      ['b.weight', Float32Array.of(3)],
    ]),
    datasets: ['calibration.txt'],
    chunks: 7,
  });
});

test('an expert that was never asked weighs all its columns alike', async () => {
  const path = join(temporaryFolder(), 'imatrix.gguf');
  writeMatrix(path, [{ name: 'a.weight', sums: [0, 0], count: 0 }]);
  const { entries } = await readImportanceMatrix(path);
  expect(entries.get('a.weight')).toEqual(Float32Array.of(1, 1));
});

test.each(['imatrix.gguf', 'imatrix.dat'])('a truncated %s is refused', async (name) => {
  const path = join(temporaryFolder(), name);
  (name.endsWith('dat') ? writeLegacyMatrix : writeMatrix)(path, tinyMatrixEntries());
  truncateSync(path, readFileSync(path).length - 2000);
  await expect(readImportanceMatrix(path)).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringMatching(
      /is not an importance matrix: it is truncated.*llama-imatrix wrote$/,
    ),
  });
});

test.each([
  ['some text', 'it is truncated, or neither GGUF nor in the older format'],
  ['\0\0\0\0', 'it has no entries'],
  ['', 'it is truncated, or neither'],
])('a file of %j is refused', async (text, reason) => {
  const path = join(temporaryFolder(), 'imatrix.dat');
  writeFileSync(path, text);
  await expect(readImportanceMatrix(path)).rejects.toThrow(reason);
});

test('a value that is not a number is refused', async () => {
  const path = join(temporaryFolder(), 'imatrix.gguf');
  writeMatrix(path, [{ name: 'a.weight', sums: [Number.NaN], count: 1 }]);
  await expect(readImportanceMatrix(path)).rejects.toThrow('a.weight holds a value that is no');
});

test('a missing file is a usage error', async () => {
  await expect(readImportanceMatrix('/nonexistent/imatrix')).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('importance matrix /nonexistent/imatrix cannot be read'),
  });
});
