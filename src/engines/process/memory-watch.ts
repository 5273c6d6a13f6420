import { readFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { execa } from 'execa';

const INTERVAL_MS = 100;

/** Looks at a process's memory until it is stopped. */
export interface MemoryWatch {
  readonly stop: () => void;
}

/**
 * Calls `onExceeded` once, with the bytes seen, when a process's resident set has grown beyond
 * `limitBytes`. A limit on its address space would not do: V8 reserves, and weights are mapped.
 */
export function watchMemory(
  pid: number,
  limitBytes: number,
  onExceeded: (rssBytes: number) => void,
): MemoryWatch {
  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking) {
      return;
    }
    isLooking = true;
    void residentBytes(pid).then((bytes) => {
      isLooking = false;
      if (bytes !== undefined && bytes > limitBytes) {
        clearInterval(timer);
        onExceeded(bytes);
      }
    });
  }, INTERVAL_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** The highest resident set so far on Linux, the present one elsewhere; `undefined` if it is gone. */
async function residentBytes(pid: number): Promise<number | undefined> {
  if (platform() === 'linux') {
    return kibibytes(/^VmHWM:\s+(\d+) kB$/m, await readIfThere(`/proc/${pid}/status`));
  }
  const { stdout } = await execa('ps', ['-o', 'rss=', '-p', String(pid)], { reject: false });
  return kibibytes(/(\d+)/, stdout);
}

function kibibytes(pattern: RegExp, text = ''): number | undefined {
  const count = pattern.exec(text)?.[1];
  return count === undefined ? undefined : Number(count) * 1024;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    // The process has ended.
    return undefined;
  }
}
