import { mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withFileLock } from '../../src/files/file-lock.ts';
import { folderFiles } from '../fixtures/folder-files.ts';
import { makeModelSettings } from '../fixtures/model-settings.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

test('one works at a time, and who waits says so', async () => {
  const target = join(temporaryFolder(), 'deep', 'model.gguf');
  const order: string[] = [];
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const first = withFileLock(target, makeModelSettings('/'), async ({ exclusive }) => {
    order.push(`first begins, alone: ${exclusive}`);
    begun.resolve();
    await end.promise;
    order.push('first ends');
  });
  await begun.promise;
  const settings = makeModelSettings('/', { progress: () => end.resolve() });
  await withFileLock(target, settings, async () => {
    order.push('second');
  });
  await first;
  expect(order).toEqual(['first begins, alone: true', 'first ends', 'second']);
});

test('the wait is told once and in words', async () => {
  const target = join(temporaryFolder(), 'model.gguf');
  const settings = makeModelSettings('/');
  await withFileLock(target, settings, async () => {
    const second = makeModelSettings('/', { signal: AbortSignal.timeout(700) });
    await expect(withFileLock(target, second, async () => {})).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(second.events).toEqual([
      {
        kind: 'note',
        text: 'model.gguf: another process is working on it; waiting for it to finish',
      },
    ]);
  });
});

test('the lock of a process that died is taken over at once when it is old', async () => {
  const target = join(temporaryFolder(), 'model.gguf');
  mkdirSync(`${target}.lock`);
  utimesSync(`${target}.lock`, 1, 1);
  const settings = makeModelSettings('/');
  expect(await withFileLock(target, settings, async () => 'done')).toBe('done');
  expect(settings.events).toEqual([]);
});

test('who loses the lock, because it was stopped for long, waits in its turn and works again', async () => {
  const target = join(temporaryFolder(), 'model.gguf');
  let attempts = 0;
  const result = await withFileLock(target, makeModelSettings('/'), async ({ signal }) => {
    attempts += 1;
    if (attempts === 1) {
      // What another process does to a lock that was not renewed in time.
      utimesSync(`${target}.lock`, 1, 1);
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    }
    return 'done';
  });
  expect([result, attempts]).toEqual(['done', 2]);
});

test('an error of the work releases the lock', async () => {
  const folder = temporaryFolder();
  const target = join(folder, 'model.gguf');
  const work = withFileLock(target, makeModelSettings('/'), async () => {
    throw new Error('broken');
  });
  await expect(work).rejects.toThrow('broken');
  expect(await withFileLock(target, makeModelSettings('/'), async () => 'free')).toBe('free');
  expect(folderFiles(folder)).toEqual([]);
});

test('a folder that cannot be made is an environment error that names it', async () => {
  const target = '/dev/null/hub/model.gguf';
  await expect(withFileLock(target, makeModelSettings('/'), async () => {})).rejects.toMatchObject({
    kind: 'environment',
    message:
      'cannot write /dev/null/hub/model.gguf: a part of its path is a file; choose another cache folder with EVALKIT_CACHE',
  });
});
