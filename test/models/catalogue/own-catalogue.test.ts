import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { catalogueRepository, findBase } from '../../../src/models/catalogue/catalogue.ts';
import { parseBase, parseModelItem } from '../../../src/models/item.ts';
import {
  mergeCatalogue,
  parseCatalogueEntry,
} from '../../../src/models/catalogue/own-catalogue.ts';
import { resolveModel } from '../../../src/models/resolve.ts';
import { COMMIT, hubRepositoryListener, startHubServer } from '../../fixtures/hub-server.ts';
import { makeModelContext } from '../../fixtures/model-settings.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { makeTinyGguf } from '../../fixtures/tiny-gguf.ts';

const ENTRY = {
  name: 'my-model',
  repo: 'owner/my-model-it',
  revision: COMMIT,
  files: { fp16: 'model-f16.gguf', q8: { name: 'model-q8.gguf', bytes: 5 } },
};
const WHERE = 'evalkit.config.yaml: models.0';

test('an entry is read with the spellings that a user may use', () => {
  expect(parseCatalogueEntry(ENTRY, WHERE)).toEqual({
    name: 'my-model',
    repo: 'owner/my-model-it',
    revision: COMMIT,
    licence: 'not stated',
    instruct: true,
    files: { f16: { name: 'model-f16.gguf' }, q8_0: { name: 'model-q8.gguf', bytes: 5 } },
  });
});

test('an entry may name the model that drafts for it', () => {
  const entry = parseCatalogueEntry({ ...ENTRY, draft: 'my-small:q4_k_m' }, WHERE);
  expect(entry.draft).toBe('my-small:q4_k_m');
});

test.each([
  [{ ...ENTRY, revision: 'main' }, '(my-model): revision "main" is not a commit of 40 hexadecimal'],
  [{ ...ENTRY, repo: 'my-model' }, '(my-model): repo "my-model" is not a hub repository'],
  [
    { ...ENTRY, files: { q9: 'a.gguf' } },
    '(my-model): files.q9 "a.gguf" is not a quantization; nearest',
  ],
  [
    { ...ENTRY, files: { q8: 'a.bin' } },
    '(my-model): files.q8.name "a.bin" is not a name of a .gguf file',
  ],
  [
    { ...ENTRY, files: { q8: { name: 'a.gguf', sha256: 'abc' } } },
    '(my-model): files.q8.sha256 "abc"',
  ],
  [
    { ...ENTRY, files: { q8: 'a.gguf', q8_0: 'b.gguf' } },
    '(my-model): files.q8_0 "b.gguf" is q8_0, as files.q8 is',
  ],
  [{ ...ENTRY, draft: 'small' }, '(my-model): draft "small" is not a quantization of a base'],
  [{ ...ENTRY, url: 'x' }, '(my-model): has the unknown field url'],
  [{ ...ENTRY, repo: undefined }, '(my-model): repo is missing'],
  [{ ...ENTRY, name: 'My Model' }, '(My Model): name "My Model" is not a name of lower-case'],
  ['my-model', 'evalkit.config.yaml: models.0:'],
])('the entry %j is refused: %s', (entry, reason) => {
  expect(() => parseCatalogueEntry(entry, WHERE)).toThrow(reason);
});

test.each(['../../../x.gguf', '/x.gguf', 'a//x.gguf', 'a\\..\\x.gguf'])(
  'a file called %s, which would leave its folder, is refused',
  (name) => {
    expect(() => parseCatalogueEntry({ ...ENTRY, files: { q8: name } }, WHERE)).toThrow(
      `(my-model): files.q8.name ${JSON.stringify(name)} is not a path inside a repository`,
    );
  },
);

test("a user's entry is found beside evalkit's, and goes before one of the same name", () => {
  const entry = parseCatalogueEntry({ ...ENTRY, name: 'qwen2.5-coder-0.5b' }, WHERE);
  const catalogue = mergeCatalogue([entry]);
  expect(findBase('qwen2.5-coder-0.5b', catalogue)).toBe(entry);
  expect(findBase('qwen2.5-coder-1.5b', catalogue)).toBeDefined();
  expect(() => mergeCatalogue([entry, entry])).toThrow('qwen2.5-coder-0.5b is named twice');
});

test("a quantization of a user's base is fetched, checked by the hub's own metadata", async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'tiny.gguf');
  await makeTinyGguf(path);
  const files = { 'model-f16.gguf': readFileSync(path) };
  const server = await startHubServer(hubRepositoryListener({ repo: ENTRY.repo, files }));
  const catalogue = mergeCatalogue([parseCatalogueEntry(ENTRY, WHERE)]);
  const hub = { endpoint: server.endpoint, token: undefined };
  const context = makeModelContext(join(folder, 'cache'), { catalogue, hub });
  const item = parseModelItem('f16', parseBase('my-model', catalogue), { catalogue });
  expect((await resolveModel(item, context)).record).toMatchObject({
    base: 'my-model',
    instruct: true,
    provenance: { kind: 'published', repo: ENTRY.repo, revision: COMMIT, via: 'hub' },
  });
});

test("a user's entry names the first of several parts, and all are known", () => {
  const entry = { ...ENTRY, files: { q8: 'm-q8_0-00001-of-00002.gguf' } };
  const { files } = catalogueRepository(parseCatalogueEntry(entry, WHERE));
  expect(files).toMatchObject([
    {
      name: 'm-q8_0-00001-of-00002.gguf',
      parts: [{ name: 'm-q8_0-00001-of-00002.gguf' }, { name: 'm-q8_0-00002-of-00002.gguf' }],
    },
  ]);
});

test('a name that is nowhere is refused with the nearest of all names', () => {
  const catalogue = mergeCatalogue([parseCatalogueEntry(ENTRY, WHERE)]);
  expect(() => parseBase('my-modl', catalogue)).toThrow('nearest: my-model');
});
