import { createHash, type Hash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { sha256Schema } from '../../records/model.ts';
import { checkSpace, diskError } from '../../files/disk-error.ts';
import type { Hold } from '../../files/file-lock.ts';
import { removeStale } from './partial-file.ts';
import type { ModelSettings } from '../settings.ts';
import { makeFolder } from '../../files/make-folder.ts';

/** The bytes that came are not the bytes that were asked for. */
export class WrongBytes extends Error {}

const stateSchema = z.object({
  version: z.literal(1),
  /** Of the whole file: bytes on the way to another content are of no use. */
  sha256: sha256Schema,
  /** The server's name for this version of the file. */
  etag: z.string().optional(),
  /** The source that brought the last bytes, and how many of its parts are complete. */
  from: z.string(),
  parts: z.object({ count: z.int(), bytes: z.int() }),
});
type State = z.infer<typeof stateSchema>;

/** What an earlier attempt left of a file. */
export interface Leftover extends State {
  /** Bytes that are present, from the start of the file. */
  readonly bytes: number;
}

/** Bytes on their way into a file, and what they must turn out to be. */
export interface Delivery {
  readonly target: string;
  /** Where the coming bytes belong; what lies before is present already. */
  readonly offset: number;
  /** One after the other; the transfer can go on after each that came whole. */
  readonly parts: AsyncIterable<AsyncIterable<Uint8Array>>;
  /** Parts that lie before `offset`. */
  readonly partsBefore: number;
  readonly sha256: string;
  readonly bytes: number | undefined;
  readonly etag: string | undefined;
  /** Whom they come from, for the step's label. */
  readonly from: string;
}

/** Looks for what an earlier attempt left; `undefined`: nothing that can be resumed. */
export async function findLeftover(target: string, hold: Hold): Promise<Leftover | undefined> {
  if (!hold.exclusive) {
    return undefined;
  }
  try {
    const state = stateSchema.parse(JSON.parse(await readFile(statePath(target), 'utf8')));
    const bytes = (await stat(partialPath(target))).size;
    return bytes === 0 ? undefined : { ...state, bytes };
  } catch {
    // None, or torn, or of another version: the file comes from its start.
    return undefined;
  }
}

/** Removes what an earlier attempt left; without a lock it may be another process's. */
export async function removeLeftover(target: string, hold: Hold): Promise<void> {
  if (hold.exclusive) {
    await rm(partialPath(target), { force: true });
    await rm(statePath(target), { force: true });
  }
}

/**
 * Writes a delivery into `<target>.partial`, checks the whole, and gives it its name. Throws
 * `WrongBytes` for a wrong size or checksum, and then keeps nothing; of a transfer that ends early
 * it keeps what came, for the next attempt. What lay at `target` stays unless all went well.
 */
export async function receive(
  delivery: Delivery,
  hold: Hold,
  { progress }: Pick<ModelSettings, 'progress'>,
): Promise<void> {
  const { target, bytes, offset } = delivery;
  const step = `${basename(target)} from the ${delivery.from}`;
  const onBytes = (done: number): void => progress({ kind: 'step-advanced', step, done });
  progress({ kind: 'step-started', step, unit: 'bytes', total: bytes, done: offset });
  try {
    // Without a lock nobody could tell whose bytes lie there.
    const partial = hold.exclusive ? partialPath(target) : `${target}.${randomUUID()}.partial`;
    await fillAndRename({ delivery, partial, hold, onBytes });
  } catch (error) {
    if (error instanceof WrongBytes) {
      await removeLeftover(target, hold);
    }
    throw diskError(error, target);
  } finally {
    progress({ kind: 'step-ended', step });
  }
}

function partialPath(target: string): string {
  return `${target}.partial`;
}

function statePath(target: string): string {
  return `${target}.partial.json`;
}

interface Filling {
  readonly delivery: Delivery;
  readonly partial: string;
  readonly hold: Hold;
  readonly onBytes: (done: number) => void;
}

async function fillAndRename(filling: Filling): Promise<void> {
  const { delivery, partial, hold } = filling;
  const { target, bytes, offset, sha256 } = delivery;
  await makeFolder(dirname(target));
  await removeStale(target);
  if (bytes !== undefined) {
    await checkSpace(target, bytes - (await bytesAt(partial)));
  }
  try {
    // What an earlier attempt left of the same bytes stays, also where these come from their start:
    // each byte is written over by its like, and should these break off sooner nothing is lost.
    const isNew = offset === 0 && (await findLeftover(target, hold))?.sha256 !== sha256;
    if (isNew) {
      // A new file, not an emptied one: a process that lost its lock may have the old one open.
      await removeLeftover(target, hold);
    }
    await using handle = await open(partial, isNew ? 'wx' : 'r+');
    await fill(handle, filling);
    const { ino } = await handle.stat();
    if (ino !== (await stat(partial)).ino) {
      throw new Error('another process took the download over');
    }
    await rename(partial, target);
    await removeLeftover(target, hold);
  } finally {
    if (!hold.exclusive) {
      await rm(partial, { force: true });
    }
  }
}

/** Room that the file takes already, or that is given back before it is filled. */
async function bytesAt(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

async function fill(handle: FileHandle, filling: Filling): Promise<void> {
  const { delivery, partial, hold, onBytes } = filling;
  const hash = await hashStart(partial, delivery.offset, hold.signal);
  const save = saver(filling);
  let done = delivery.offset;
  let count = delivery.partsBefore;
  await save({ count, bytes: done });
  for await (const part of delivery.parts) {
    for await (const chunk of part) {
      hold.signal.throwIfAborted();
      if (delivery.bytes !== undefined && done + chunk.length > delivery.bytes) {
        throw new WrongBytes(`more than the expected ${delivery.bytes} bytes came`);
      }
      hash.update(chunk);
      await writeAt(handle, chunk, done);
      done += chunk.length;
      onBytes(done);
    }
    count += 1;
    await save({ count, bytes: done });
  }
  check(delivery, hash, done);
  await handle.truncate(done);
  // The sidecar vouches for the file by size and time: after a power failure both could be there
  // without the bytes.
  await handle.sync();
}

function saver({ delivery, hold }: Filling): (parts: State['parts']) => Promise<void> {
  return async (parts) => {
    if (hold.exclusive) {
      const { sha256, etag, from } = delivery;
      const state: State = { version: 1, sha256, etag, from, parts };
      await writeFileAtomic(statePath(delivery.target), JSON.stringify(state));
    }
  };
}

async function hashStart(path: string, bytes: number, signal: AbortSignal): Promise<Hash> {
  const hash = createHash('sha256');
  if (bytes > 0) {
    for await (const chunk of createReadStream(path, { end: bytes - 1, signal })) {
      hash.update(chunk);
    }
  }
  return hash;
}

/** At its place, so that two processes that fetch the same file write the same there. */
async function writeAt(handle: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < chunk.length; ) {
    const rest = chunk.length - written;
    written += (await handle.write(chunk, written, rest, position + written)).bytesWritten;
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
