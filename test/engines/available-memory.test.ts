import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readAvailableMemory } from '../../src/engines/available-memory.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

/** A file system with these files in it. */
function rootWith(files: Readonly<Record<string, string>>): string {
  const root = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const MEMINFO = { 'proc/meminfo': 'MemTotal: 9000 kB\nMemFree: 1 kB\nMemAvailable:    4000 kB\n' };

test('without a limit it is what the system has', async () => {
  expect(await readAvailableMemory(rootWith(MEMINFO))).toBe(4_096_000);
});

test.each([
  ['a limit of version 2', ['memory.max', 'memory.current', 'memory.stat', 'inactive_file']],
  [
    'a limit of version 1',
    [
      'memory/memory.limit_in_bytes',
      'memory/memory.usage_in_bytes',
      'memory/memory.stat',
      'total_inactive_file',
    ],
  ],
])('%s leaves its room, file pages included', async (_name, [limit, usage, stat, files]) => {
  const root = rootWith({
    ...MEMINFO,
    [`sys/fs/cgroup/${limit}`]: '3000000\n',
    [`sys/fs/cgroup/${usage}`]: '2500000\n',
    [`sys/fs/cgroup/${stat}`]: `anon 1\n${files} 400000\n`,
  });
  expect(await readAvailableMemory(root)).toBe(900_000);
});

test('a group without a limit changes nothing', async () => {
  const root = rootWith({
    ...MEMINFO,
    'sys/fs/cgroup/memory.max': 'max\n',
    'sys/fs/cgroup/memory.current': '1\n',
  });
  expect(await readAvailableMemory(root)).toBe(4_096_000);
});

test('where nothing can be read it is unknown', async () => {
  expect(await readAvailableMemory(rootWith({}))).toBeUndefined();
});
