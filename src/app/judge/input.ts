import { constants, createReadStream, createWriteStream, openSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { descriptorOf } from '../../files/output-place.ts';
import { makeTemporaryFolder, temporaryError } from '../../files/temporary-folder.ts';
import { usageError } from '../../records/error.ts';
import { reasonOf } from '../../records/system-error.ts';
import type { Host } from '../host.ts';

/** A file of samples that can be read as often as needed. */
export type Input = AsyncDisposable & { readonly path: string };

/** Whether samples come from what gives them once: stdin, a pipe as of `<(…)`, a terminal. */
export async function isStream(samples: string, { cwd }: Pick<Host, 'cwd'>): Promise<boolean> {
  if (samples === '-') {
    return true;
  }
  const found = await stat(resolve(cwd, samples)).catch(() => undefined);
  return found !== undefined && !found.isFile() && !found.isDirectory();
}

/** The samples as a file; what gives them once is kept in one of ours while it is needed. */
export async function openInput(
  { samples }: { readonly samples: string },
  host: Pick<Host, 'cwd' | 'stdin' | 'signal'>,
): Promise<Input> {
  const path = resolve(host.cwd, samples);
  if (!(await isStream(samples, host))) {
    return { path, [Symbol.asyncDispose]: async () => {} };
  }
  const folder = await makeTemporaryFolder('samples');
  const kept = join(folder.path, 'samples.jsonl');
  const source = samples === '-' ? host.stdin : await openStream(path);
  const target = createWriteStream(kept);
  // What fails takes the other with it, by the same error.
  let failedFirst: 'source' | 'target' | undefined;
  source.once('error', () => {
    failedFirst ??= 'source';
  });
  target.once('error', () => {
    failedFirst ??= 'target';
  });
  try {
    await pipeline(source, target, { signal: host.signal });
  } catch (error) {
    await folder[Symbol.asyncDispose]();
    host.signal.throwIfAborted();
    throw failedFirst === 'source'
      ? usageError(`${samples} cannot be read (${reasonOf(error)}); name a file of samples`, error)
      : temporaryError(error);
  }
  return { path: kept, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

/**
 * What gives samples once, read so that an interruption ends it: whoever opens or reads a pipe as a
 * file waits for its writer where no signal helps.
 */
async function openStream(path: string): Promise<NodeJS.ReadableStream> {
  if (!(await stat(path)).isFIFO()) {
    return createReadStream(path);
  }
  const opened = await descriptorOf(path);
  const fd = opened ?? openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}
