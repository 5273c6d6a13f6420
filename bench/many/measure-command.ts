import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const BIN = fileURLToPath(new URL('../../bin/evalkit.js', import.meta.url));

/** How often a process is asked for the most memory that it has held. */
const POLL_MS = 50;

/** Of the kernel's clock ticks, as everywhere on Linux. */
const TICKS_PER_SECOND = 100;

/** What a command took. */
export interface Measured {
  readonly seconds: number;
  /** Of processor time, as far as it was last seen; other work beside it does not change it much. */
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

/** Runs a command of evalkit to its end. Throws where it fails. */
export async function measureCommand(words: readonly string[], cwd: string): Promise<Measured> {
  const start = performance.now();
  const child = execa(process.execPath, [BIN, ...words], {
    cwd,
    env: { CI: 'true' },
    stdout: 'ignore',
  });
  let seen = { cpuSeconds: 0, peakBytes: 0 };
  const timer = setInterval(() => {
    void lookAt(child.pid).then((now) => {
      seen = {
        cpuSeconds: Math.max(seen.cpuSeconds, now.cpuSeconds),
        peakBytes: Math.max(seen.peakBytes, now.peakBytes),
      };
    });
  }, POLL_MS);
  try {
    await child;
  } finally {
    clearInterval(timer);
  }
  return { seconds: (performance.now() - start) / 1_000, ...seen };
}

/** 0 where there is no such process any more, or no such system. */
async function lookAt(pid: number | undefined): Promise<Omit<Measured, 'seconds'>> {
  const read = (name: string): Promise<string> =>
    readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
  const [status, stat] = await Promise.all([read('status'), read('stat')]);
  // The name in parentheses may hold blanks.
  const fields = stat.split(') ').at(-1)?.split(' ') ?? [];
  const ticks = Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  return {
    cpuSeconds: ticks / TICKS_PER_SECOND,
    peakBytes: Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024,
  };
}
