import { existsSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copyModel } from '../../../src/app/models/copy-model.ts';
import type { Host } from '../../../src/app/host.ts';
import { parseModelItem } from '../../../src/models/item.ts';
import { resolveModel } from '../../../src/models/resolve.ts';
import { makeModelContext } from '../../fixtures/model-settings.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { makeTinyGguf } from '../../fixtures/tiny-gguf.ts';

async function tinyModel(folder: string) {
  await makeTinyGguf(join(folder, 'tiny.gguf'));
  const context = makeModelContext(join(folder, 'cache'));
  const item = parseModelItem(join(folder, 'tiny.gguf'), { kind: 'local', path: '' });
  const { progress, signal } = context;
  return { model: await resolveModel(item, context), host: { progress, signal } as Host };
}

test('a folder that takes no copy is named with what to do about it, which is not the cache', async () => {
  const folder = temporaryFolder();
  const { model, host } = await tinyModel(folder);
  const out = join(folder, 'out');
  writeFileSync(out, '');
  const error = await copyModel(model, out, host).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    kind: 'environment',
    message: expect.stringMatching(
      /tiny\.gguf cannot be written: .*; free some space, or name another --out$/,
    ),
  });
  expect(String(error)).not.toContain('EVALKIT_CACHE');
});

test('a link whose target is missing stays one, and the copy lies where it leads', async () => {
  const folder = temporaryFolder();
  const { model, host } = await tinyModel(folder);
  mkdirSync(join(folder, 'out'));
  symlinkSync('../disk.gguf', join(folder, 'out', 'tiny.gguf'));
  await copyModel(model, join(folder, 'out'), host);
  expect(lstatSync(join(folder, 'out', 'tiny.gguf')).isSymbolicLink()).toBe(true);
  expect(existsSync(join(folder, 'disk.gguf'))).toBe(true);
});
