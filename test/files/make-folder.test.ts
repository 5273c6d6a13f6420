import { execFile } from 'node:child_process';
import { readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { folderRefusal, makeFolder } from '../../src/files/make-folder.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const MODULE = fileURLToPath(new URL('../../src/files/make-folder.ts', import.meta.url));

test('a folder is made with those above it, and one that is there is left', async () => {
  const path = join(temporaryFolder(), 'a', 'b', 'c');
  await makeFolder(path);
  await makeFolder(path);
  expect(statSync(path).isDirectory()).toBe(true);
});

test.runIf(process.platform === 'linux')(
  'a folder of the kernel that takes no other is an error',
  async () => {
    await expect(makeFolder('/proc/x')).rejects.toThrow('ENOENT');
    await expect(makeFolder('/proc/x/y/z')).rejects.toThrow('ENOENT');
    expect(await folderRefusal('/proc/x/y')).toMatch(/takes no files/);
  },
);

test('a file, or a link without an end, where a folder must be is refused', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  symlinkSync('nothing', join(folder, 'link'));
  expect(await folderRefusal(join(folder, 'file'))).toBe('is no folder');
  expect(await folderRefusal(join(folder, 'link'))).toBe('is no folder');
  expect(await folderRefusal(join(folder, 'file', 'a'))).toBe('has a file where a folder must be');
  await expect(makeFolder(join(folder, 'file'))).rejects.toThrow('EEXIST');
});

test('looking whether a folder can be made makes none', async () => {
  const folder = temporaryFolder();
  expect(await folderRefusal(join(folder, 'a', 'b'))).toBeUndefined();
  expect(readdirSync(folder)).toEqual([]);
});

test('several processes make the same folders at once', async () => {
  const root = temporaryFolder();
  const source = `
    import { makeFolder } from ${JSON.stringify(MODULE)};
    for (let n = 0; n < 300; n += 1) {
      await makeFolder(${JSON.stringify(root)} + '/' + n + '/b/c/d');
    }`;
  const run = () => promisify(execFile)(process.execPath, ['--input-type=module', '-e', source]);
  await Promise.all([run(), run(), run()]);
  expect(statSync(join(root, '299/b/c/d')).isDirectory()).toBe(true);
});
