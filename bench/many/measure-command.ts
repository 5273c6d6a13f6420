import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const BIN = fileURLToPath(new URL('../../bin/evalkit.js', import.meta.url));

/** How often a process is asked for the most memory that it has held. */
const POLL_MS = 50;

/** What a command took. */
export interface Measured {
  readonly seconds: number;
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
  let peakBytes = 0;
  const timer = setInterval(() => {
    void peakOf(child.pid).then((bytes) => {
      peakBytes = Math.max(peakBytes, bytes);
    });
  }, POLL_MS);
  try {
    await child;
  } finally {
    clearInterval(timer);
  }
  return { seconds: (performance.now() - start) / 1_000, peakBytes };
}

/** 0 where there is no such process any more, or no such system. */
async function peakOf(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}
