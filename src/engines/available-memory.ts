import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Bytes that this process can still have: what the system counts as available, and what the control
 * group's limit leaves, its file pages counted as free. `undefined` where neither can be read, as on
 * other systems than Linux. Reads below `root`.
 */
export async function readAvailableMemory(root = '/'): Promise<number | undefined> {
  const known = [await systemBytes(root), await groupBytes(root)].filter(
    (bytes) => bytes !== undefined,
  );
  return known.length === 0 ? undefined : Math.min(...known);
}

async function systemBytes(root: string): Promise<number | undefined> {
  const text = await readIfThere(join(root, 'proc/meminfo'));
  const kilobytes = text === undefined ? undefined : field(text, 'MemAvailable:');
  return kilobytes === undefined ? undefined : kilobytes * 1_024;
}

/** What the limit of version 2 (`memory.max`) or version 1 leaves. */
async function groupBytes(root: string): Promise<number | undefined> {
  const unified = join(root, 'sys/fs/cgroup');
  const legacy = join(unified, 'memory');
  return (
    (await roomOf(unified, ['memory.max', 'memory.current', 'inactive_file'])) ??
    (await roomOf(legacy, [
      'memory.limit_in_bytes',
      'memory.usage_in_bytes',
      'total_inactive_file',
    ]))
  );
}

async function roomOf(
  folder: string,
  [limitName, usageName, fileName]: readonly [string, string, string],
): Promise<number | undefined> {
  const limit = Number(await readIfThere(join(folder, limitName)));
  const usage = Number(await readIfThere(join(folder, usageName)));
  // Without a limit version 2 says `max`; version 1 a number beyond any machine's memory.
  if (!Number.isFinite(limit) || !Number.isFinite(usage)) {
    return undefined;
  }
  const files = field((await readIfThere(join(folder, 'memory.stat'))) ?? '', fileName) ?? 0;
  return Math.max(0, limit - usage + files);
}

/** The number behind a name at the beginning of a line. */
function field(text: string, name: string): number | undefined {
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return line === undefined ? undefined : Number.parseInt(line.slice(name.length), 10);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch {
    // Most systems have one of the versions, or neither: no file is no limit.
    return undefined;
  }
}
