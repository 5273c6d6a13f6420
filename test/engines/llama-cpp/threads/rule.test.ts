import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCpuQuota } from '../../../../src/engines/cpu-quota.ts';
import { threadsByRule } from '../../../../src/engines/llama-cpp/threads/rule.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

test.each([
  [8, { mathCores: 8, parallelism: 16, quota: undefined }],
  [4, { mathCores: 8, parallelism: 4, quota: undefined }],
  [2, { mathCores: 8, parallelism: 8, quota: 2.9 }],
  [1, { mathCores: 8, parallelism: 8, quota: 0.5 }],
])('%i threads for %o', (threads, limits) => {
  expect(threadsByRule(limits)).toBe(threads);
});

function rootWith(files: Readonly<Record<string, string>>): string {
  const root = temporaryFolder();
  mkdirSync(join(root, 'sys/fs/cgroup/cpu'), { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(root, 'sys/fs/cgroup', name), content);
  }
  return root;
}

test.each([
  ['version 2 with a quota', { 'cpu.max': '150000 100000\n' }, 1.5],
  ['version 2 without', { 'cpu.max': 'max 100000\n' }, undefined],
  [
    'version 1 with a quota',
    { 'cpu/cpu.cfs_quota_us': '400000\n', 'cpu/cpu.cfs_period_us': '100000\n' },
    4,
  ],
  [
    'version 1 without',
    { 'cpu/cpu.cfs_quota_us': '-1\n', 'cpu/cpu.cfs_period_us': '100000\n' },
    undefined,
  ],
  ['none', {}, undefined],
])('the quota of control groups, %s', async (_name, files, quota) => {
  expect(await readCpuQuota(rootWith(files))).toBe(quota);
});
