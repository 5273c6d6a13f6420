import { readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderRefusal, makeFolder } from '../../src/files/make-folder.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

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
