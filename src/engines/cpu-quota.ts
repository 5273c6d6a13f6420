import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The CPU quota of this process's control group in cores, fractions included; `undefined` where
 * there is none. Reads version 2 (`cpu.max`) or version 1 (`cpu.cfs_quota_us`) below `root`.
 */
export async function readCpuQuota(root = '/'): Promise<number | undefined> {
  const group = join(root, 'sys/fs/cgroup');
  const unified = (await readIfThere(join(group, 'cpu.max')))?.split(' ');
  const [quota, period] = unified ?? [
    await readIfThere(join(group, 'cpu/cpu.cfs_quota_us')),
    await readIfThere(join(group, 'cpu/cpu.cfs_period_us')),
  ];
  // Without a limit version 2 says `max` and version 1 says -1.
  const cores = Number(quota) / Number(period);
  return Number.isFinite(cores) && cores > 0 ? cores : undefined;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch {
    // Most systems have one of the two versions, or neither: no file is no limit.
    return undefined;
  }
}
