import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copyModel } from '../../../src/app/models/copy-model.ts';
import type { Host } from '../../../src/app/host.ts';
import { parseModelItem } from '../../../src/models/item.ts';
import { resolveModel } from '../../../src/models/resolve.ts';
import { makeModelContext } from '../../fixtures/model-settings.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { makeTinyGguf } from '../../fixtures/tiny-gguf.ts';

test('a folder that takes no copy is named with what to do about it, which is not the cache', async () => {
  const folder = temporaryFolder();
  await makeTinyGguf(join(folder, 'tiny.gguf'));
  const context = makeModelContext(join(folder, 'cache'));
  const item = parseModelItem(join(folder, 'tiny.gguf'), { kind: 'local', path: '' });
  const model = await resolveModel(item, context);
  const out = join(folder, 'out');
  writeFileSync(out, '');
  const { progress, signal } = context;
  const error = await copyModel(model, out, { progress, signal } as Host).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({
    kind: 'environment',
    message: expect.stringMatching(
      /tiny\.gguf cannot be written: .*; free some space, or name another --out$/,
    ),
  });
  expect(String(error)).not.toContain('EVALKIT_CACHE');
});
