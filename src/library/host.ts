import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { NO_CONFIG } from '../app/config.ts';
import type { Host } from '../app/host.ts';
import { readAvailableMemory } from '../engines/available-memory.ts';
import type { ProgressSink } from '../records/progress.ts';
import { here } from './place.ts';

/** What a command may use where a program calls it: nothing is printed, and nothing is asked. */
export async function hostOf(
  signal: AbortSignal = new AbortController().signal,
  progress: ProgressSink = () => {},
): Promise<Host> {
  const manifest = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(manifest));
  return {
    env: process.env,
    cwd: here(),
    stdin: Readable.from([]),
    print: () => Promise.resolve(),
    progress,
    signal,
    catalogue: NO_CONFIG.catalogue,
    availableMemory: async () => (await readAvailableMemory()) ?? process.availableMemory(),
    evalkitVersion: version,
    nodeVersion: process.versions.node,
  };
}
