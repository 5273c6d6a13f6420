import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readGguf } from '../../../src/models/gguf/gguf.ts';
import { encodeGguf } from '../../fixtures/gguf-writer.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { CHATML_TEMPLATE, makeTinyGguf } from '../../fixtures/tiny-gguf.ts';

test('architecture, quantization and size are read from the header', async () => {
  const path = join(temporaryFolder(), 'tiny.gguf');
  await makeTinyGguf(path, { type: 'f32' });
  expect(await readGguf(path)).toEqual({
    architecture: 'qwen2',
    quantization: 'f32',
    chatTemplate: CHATML_TEMPLATE,
    hasWindow: false,
    keepsState: false,
    tensors: expect.any(Number),
    bytes: readFileSync(path).length,
    summary: expect.objectContaining({ bitsPerWeight: 32 }),
    paths: [path],
  });
});

test.each([
  ['gemma3.attention.sliding_window', 512, true],
  ['qwen2.attention.sliding_window', 0, false],
])('with %s %i it has a window: %s', async (key, value, hasWindow) => {
  const path = join(temporaryFolder(), 'tiny.gguf');
  await makeTinyGguf(path, { metadata: { [key]: { type: 'u32', value } } });
  expect((await readGguf(path)).hasWindow).toBe(hasWindow);
});

test('without a file type the commonest tensor type names the quantization', async () => {
  const path = join(temporaryFolder(), 'tiny.gguf');
  const weights = Float32Array.of(1, 2, 3, 4);
  const metadata = { 'general.architecture': { type: 'string', value: 'qwen2' } } as const;
  const tensors = ['a', 'b'].map(
    (name) => ({ name, shape: [4], type: 'f16', values: weights }) as const,
  );
  writeFileSync(path, encodeGguf(metadata, tensors));
  expect((await readGguf(path)).quantization).toBe('f16');
});

test('a file cut off in its tensors is refused with both sizes', async () => {
  const path = join(temporaryFolder(), 'tiny.gguf');
  await makeTinyGguf(path);
  const whole = readFileSync(path).length;
  truncateSync(path, whole - 64);
  await expect(readGguf(path)).rejects.toThrow(`it has ${whole - 64} bytes and its tensors need`);
});

test('a file cut off in its header is refused', async () => {
  const path = join(temporaryFolder(), 'tiny.gguf');
  await makeTinyGguf(path);
  truncateSync(path, 1000);
  await expect(readGguf(path)).rejects.toThrow('is truncated: it has 1000 bytes');
});

test.each([
  ['PK\u0003\u0004 a zip', 'is not a GGUF file (it begins with "PK\\u0003\\u0004"'],
  ['', 'is not a GGUF file (it begins with ""'],
  [`GGUF${'\u00ff'.repeat(100)}`, 'its GGUF header cannot be read'],
])('a file of %j is refused', async (text, reason) => {
  const path = join(temporaryFolder(), 'garbage.gguf');
  writeFileSync(path, text, 'latin1');
  await expect(readGguf(path)).rejects.toThrow(reason);
});

test('a missing file and a folder are refused with what to do', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'model.gguf'));
  await expect(readGguf(join(folder, 'none.gguf'))).rejects.toThrow(
    'none.gguf cannot be read (ENOENT); check the path',
  );
  await expect(readGguf(join(folder, 'model.gguf'))).rejects.toThrow('evalkit convert FOLDER');
});

test('a file without weights is refused', async () => {
  const path = join(temporaryFolder(), 'vocabulary.gguf');
  const metadata = { 'general.architecture': { type: 'string', value: 'qwen2' } } as const;
  writeFileSync(path, encodeGguf(metadata, []));
  await expect(readGguf(path)).rejects.toThrow('is a GGUF file without weights');
});
