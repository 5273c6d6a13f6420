import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { holdsForeignWeights, refuseForeignWeights } from '../../src/models/foreign-weights.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

function lay(...names: readonly string[]): string {
  const folder = temporaryFolder();
  for (const name of names) {
    writeFileSync(join(folder, name), '');
  }
  return folder;
}

test.each([
  [['README.md'], 'is a folder without weights; name a .gguf, or a folder of safetensors'],
  [['a.gguf', 'b.gguf'], 'is a folder; name one of its files: a.gguf, b.gguf'],
])('a folder of %j is refused: %s', (names, reason) => {
  const folder = lay(...names);
  expect(() => refuseForeignWeights(folder, `--model ${folder}`)).toThrow(
    `--model ${folder} ${reason}`,
  );
});

test.each([
  [['config.json', 'model-00001-of-00002.safetensors'], true],
  [['config.json', 'pytorch_model.bin'], true],
  [['config.json', 'model.safetensors', 'model.gguf'], false],
  [['README.md'], false],
])('a folder of %j holds weights in another format alone: %j', (names, holds) => {
  expect(holdsForeignWeights(lay(...names))).toBe(holds);
});

test('a file and what is not there hold no weights in another format', () => {
  const folder = lay('model.safetensors');
  expect(holdsForeignWeights(join(folder, 'model.safetensors'))).toBe(false);
  expect(holdsForeignWeights(join(folder, 'none'))).toBe(false);
});

test.each([
  [
    'model.safetensors',
    'holds weights in another format than GGUF; name the folder of its safetensors',
  ],
  ['pytorch_model.bin', 'convert it with evalkit convert FOLDER --out model-f16.gguf'],
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
