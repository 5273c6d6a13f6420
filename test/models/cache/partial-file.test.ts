import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { completeFile } from '../../../src/models/cache/partial-file.ts';
import { folderFiles } from '../../fixtures/folder-files.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

test('a file gets its name when it is whole', async () => {
  const folder = temporaryFolder();
  const target = join(folder, 'deep', 'file');
  await completeFile(target, async (partial) => {
    await writeFile(partial, 'whole');
    expect(existsSync(target)).toBe(false);
  });
  expect(folderFiles(folder)).toEqual(['deep/file']);
  expect(readFileSync(target, 'utf8')).toBe('whole');
});

test('a writer that fails leaves what was there before', async () => {
  const folder = temporaryFolder();
  const target = join(folder, 'file');
  writeFileSync(target, 'old');
  const failing = completeFile(target, async (partial) => {
    await writeFile(partial, 'half');
    throw new Error('broken off');
  });
  await expect(failing).rejects.toThrow('broken off');
  expect(folderFiles(folder)).toEqual(['file']);
  expect(readFileSync(target, 'utf8')).toBe('old');
});

test('what a killed process left is removed after a day, not before', async () => {
  const folder = temporaryFolder();
  const target = join(folder, 'file');
  const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1000);
  mkdirSync(`${target}.old.partial`);
  utimesSync(`${target}.old.partial`, yesterday, yesterday);
  writeFileSync(`${target}.new.partial`, '');
  await completeFile(target, (partial) => writeFile(partial, ''));
  expect(folderFiles(folder)).toEqual(['file', 'file.new.partial']);
  expect(existsSync(`${target}.old.partial`)).toBe(false);
});

test('a folder that cannot be written to is an environment error that names it', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  const target = join(folder, 'file', 'below');
  await expect(completeFile(target, async () => {})).rejects.toMatchObject({
    kind: 'environment',
    message: expect.stringContaining(`cannot write ${target}: a part of its path is a file`),
  });
});
