import { createHash, type Hash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { diskError } from './disk-error.ts';
import { completeFile } from './partial-file.ts';
import type { ModelSettings } from './settings.ts';

/** The bytes that came are not the bytes that were asked for. */
export class WrongBytes extends Error {}

/** Bytes on their way into a file, and what they must turn out to be. */
export interface Delivery {
  readonly target: string;
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly sha256: string;
  readonly bytes: number | undefined;
  /** Whom they come from, for the step's label. */
  readonly from: string;
}

/**
 * Writes a delivery, hashing as it comes. Throws `WrongBytes` for a wrong size or checksum, and
 * whatever the delivery throws; then nothing lies at `target` that was not there before.
 */
export async function writeVerified(
  delivery: Delivery,
  settings: Pick<ModelSettings, 'progress' | 'signal'>,
): Promise<void> {
  const { progress, signal } = settings;
  const step = `${basename(delivery.target)} from the ${delivery.from}`;
  const onBytes = (done: number): void => progress({ kind: 'step-advanced', step, done });
  progress({ kind: 'step-started', step, unit: 'bytes', total: delivery.bytes });
  try {
    await completeFile(delivery.target, async (partial) => {
      await using handle = await open(partial, 'wx');
      await fill(handle, delivery, { onBytes, signal });
    });
  } finally {
    progress({ kind: 'step-ended', step });
  }
}

async function fill(
  handle: FileHandle,
  delivery: Delivery,
  { onBytes, signal }: { readonly onBytes: (done: number) => void; readonly signal: AbortSignal },
): Promise<void> {
  const hash = createHash('sha256');
  let done = 0;
  for await (const chunk of delivery.chunks) {
    signal.throwIfAborted();
    done += chunk.length;
    if (delivery.bytes !== undefined && done > delivery.bytes) {
      throw new WrongBytes(`more than the expected ${delivery.bytes} bytes came`);
    }
    hash.update(chunk);
    await write(handle, chunk, delivery.target);
    onBytes(done);
  }
  check(delivery, hash, done);
  // The sidecar vouches for the file by size and time: after a power failure both could be there
  // without the bytes.
  await handle.sync();
}

async function write(handle: FileHandle, chunk: Uint8Array, target: string): Promise<void> {
  try {
    // Unlike `write`, this goes on after a short write.
    await handle.writeFile(chunk);
  } catch (error) {
    throw diskError(error, target);
  }
}

function check(delivery: Delivery, hash: Hash, done: number): void {
  if (delivery.bytes !== undefined && done !== delivery.bytes) {
    throw new WrongBytes(`${done} bytes came, expected ${delivery.bytes}`);
  }
  const sha256 = hash.digest('hex');
  if (sha256 !== delivery.sha256) {
    throw new WrongBytes(`checksum mismatch: sha256 ${sha256}, expected ${delivery.sha256}`);
  }
}
