import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readLocalModel } from '../../src/models/local-file.ts';
import { makeModelSettings, startedSteps } from '../fixtures/model-settings.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { makeTinyGguf } from '../fixtures/tiny-gguf.ts';

test.each(['', 'cache'])('a file that was laid into %j is hashed once', async (place) => {
  const folder = temporaryFolder();
  const path = join(folder, place, 'tiny.gguf');
  mkdirSync(join(folder, 'cache'));
  await makeTinyGguf(path);
  const settings = makeModelSettings(join(folder, 'cache'));
  const first = await readLocalModel(path, settings);
  expect(first.provenance).toEqual({ kind: 'local' });
  expect(await readLocalModel(path, settings)).toEqual(first);
  expect(startedSteps(settings.events)).toEqual(['sha256 of tiny.gguf']);
});
