import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refuseForeignWeights } from '../../src/models/foreign-weights.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

function lay(...names: readonly string[]): string {
  const folder = temporaryFolder();
  for (const name of names) {
    writeFileSync(join(folder, name), '');
  }
  return folder;
}

test.each([
  [
    ['config.json', 'model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'],
    'is a folder of weights in another format than GGUF (model-00001-of-00002.safetensors, 2 files); convert its folder with llama.cpp',
  ],
  [
    ['config.json', 'pytorch_model.bin'],
    'is a folder of weights in another format than GGUF (pytorch_model.bin); convert its folder',
  ],
  [['README.md'], 'is a folder without weights; name a .gguf'],
  [['a.gguf', 'b.gguf'], 'is a folder; name one of its files: a.gguf, b.gguf'],
])('a folder of %j is refused: %s', (names, reason) => {
  const folder = lay(...names);
  expect(() => refuseForeignWeights(folder, `--model ${folder}`)).toThrow(
    `--model ${folder} ${reason}`,
  );
});

test.each([
  ['model.safetensors', 'holds weights in another format than GGUF; convert its folder'],
  ['pytorch_model.bin', 'python convert_hf_to_gguf.py FOLDER --outtype f16'],
  ['notes.txt', 'is not a .gguf file'],
])('the file %s is refused: %s', (name, reason) => {
  expect(() => refuseForeignWeights(join(lay(name), name), `--base ${name}`)).toThrow(reason);
});

test('a .gguf passes, and so does what is not there', () => {
  const folder = lay('model.gguf');
  refuseForeignWeights(join(folder, 'model.gguf'), '--model');
  refuseForeignWeights(join(folder, 'q8_0'), '--model');
  mkdirSync(join(folder, 'folder.gguf'));
  expect(() => refuseForeignWeights(join(folder, 'folder.gguf'), '--model x')).toThrow('a folder');
});

test('a path that the system does not follow is refused with its code', () => {
  const circle = join(temporaryFolder(), 'circle.gguf');
  symlinkSync(circle, circle);
  for (const [path, code] of [
    [circle, 'ELOOP'],
    [`/${'x'.repeat(300)}.gguf`, 'ENAMETOOLONG'],
  ] as const) {
    expect(() => refuseForeignWeights(path, `--model ${path}`)).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: `--model ${path} cannot be read (${code}); name a .gguf that can`,
      }),
    );
  }
});
