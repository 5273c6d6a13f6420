import { randomUUID } from 'node:crypto';
import { constants, write as writeWithCallback } from 'node:fs';
import { type FileHandle, copyFile, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { systemCode } from '../records/system-error.ts';
import { findPlace, type OutputPlace } from './output-place.ts';
import { refusalOf } from './refusal.ts';

const writeTo = promisify(writeWithCallback);

/** What an output is made of: one text, or pieces that come one after another. */
export type Content = string | Iterable<string> | AsyncIterable<string>;

type FilePlace = OutputPlace & { readonly kind: 'file' };

/** The mode of a new file, before the user's mask. */
const NEW_FILE = 0o666;
const PERMISSIONS = 0o7777;

/** Pieces are written when they come to so many characters. */
const PIECE_CHARACTERS = 65_536;

/** How long a slow reader is waited for before it is asked again. */
const PATIENCE_MS = 10;

/** What a rename fails with where only the file itself may be written: one mounted by itself. */
const IN_PLACE_ONLY: ReadonlySet<string | undefined> = new Set(['EBUSY', 'EPERM', 'EACCES']);

/**
 * Writes an output to an absolute path, as a shell's `>` would, and yet a file is replaced whole or
 * not at all: links are followed and stay, a pipe or a device is written into. Throws what the
 * system says.
 */
export async function writeOutput(
  path: string,
  content: Content,
  signal?: AbortSignal,
): Promise<void> {
  const place = await findPlace(path);
  switch (place.kind) {
    case 'file':
      return replaceFile(place, content);
    case 'stream':
      return writeInto(place.path, content, signal);
    case 'descriptor':
      return writeAll(place.descriptor, content, signal);
    case 'none':
      throw new Error(`it ${place.reason}`);
  }
}

/**
 * Where an output to an absolute path would go, once that was tried; `none`, with the reason, where
 * it could not be written. What it tries, it takes back.
 */
export async function tryOutput(path: string): Promise<OutputPlace> {
  try {
    const place = await findPlace(path);
    if (place.kind === 'descriptor') {
      await writeTo(place.descriptor, '');
    }
    if (place.kind === 'file') {
      await tryFolder(place);
    }
    return place;
  } catch (error) {
    return { kind: 'none', reason: refusalOf(error) };
  }
}

async function tryFolder({ path, found }: FilePlace): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    await (await open(temporary, 'wx')).close();
  } catch (error) {
    if (found === undefined || systemCode(error) === 'ENOSPC') {
      throw error;
    }
    // Only the file itself may be written.
    return;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function replaceFile(place: FilePlace, content: Content): Promise<void> {
  const { path, found } = place;
  const temporary = temporaryBeside(path);
  const handle = await open(temporary, 'wx', NEW_FILE).catch((error: unknown) => {
    if (found !== undefined && IN_PLACE_ONLY.has(systemCode(error))) {
      return undefined;
    }
    throw error;
  });
  if (handle === undefined) {
    return writeInto(path, content);
  }
  try {
    await fill(handle, content, place);
    await rename(temporary, path).catch((error: unknown) => {
      if (found !== undefined && IN_PLACE_ONLY.has(systemCode(error))) {
        return copyFile(temporary, path);
      }
      throw error;
    });
  } finally {
    await rm(temporary, { force: true });
  }
}

async function fill(handle: FileHandle, content: Content, { found }: FilePlace): Promise<void> {
  await using file = handle;
  await writeAll(file.fd, content);
  if (found !== undefined) {
    // Only root may give a file to another; then it is the writer's.
    await file.chown(found.uid, found.gid).catch(() => {});
    await file.chmod(found.mode & PERMISSIONS);
  }
  await file.sync();
}

/** A name of its own: whoever else writes there has another, and no name is too long by it. */
function temporaryBeside(path: string): string {
  return join(dirname(path), `.evalkit-${randomUUID()}.tmp`);
}

async function writeInto(path: string, content: Content, signal?: AbortSignal): Promise<void> {
  await using handle = await openStream(path, signal);
  await writeAll(handle.fd, content, signal);
}

/** Opens what is written into; waits for the reader of a pipe, as a shell does. */
async function openStream(path: string, signal?: AbortSignal): Promise<FileHandle> {
  const { O_WRONLY, O_TRUNC, O_NONBLOCK, O_NOCTTY } = constants;
  for (;;) {
    try {
      return await open(path, O_WRONLY | O_TRUNC | O_NONBLOCK | O_NOCTTY);
    } catch (error) {
      if (systemCode(error) !== 'ENXIO') {
        throw error;
      }
      await setTimeout(PATIENCE_MS, undefined, { signal });
    }
  }
}

async function writeAll(descriptor: number, content: Content, signal?: AbortSignal): Promise<void> {
  for await (const piece of typeof content === 'string' ? [content] : inPieces(content)) {
    const bytes = Buffer.from(piece);
    for (let written = 0; written < bytes.length; ) {
      written += await writeSome(descriptor, bytes.subarray(written), signal);
    }
  }
}

/** Many small pieces as few large ones. */
async function* inPieces(content: Exclude<Content, string>): AsyncGenerator<string> {
  let piece = '';
  for await (const part of content) {
    piece += part;
    if (piece.length >= PIECE_CHARACTERS) {
      yield piece;
      piece = '';
    }
  }
  yield piece;
}

/** Writes what fits. A pipe whose reader is slow takes nothing for a while. */
async function writeSome(descriptor: number, bytes: Buffer, signal?: AbortSignal): Promise<number> {
  try {
    return (await writeTo(descriptor, bytes)).bytesWritten;
  } catch (error) {
    if (systemCode(error) !== 'EAGAIN') {
      throw error;
    }
    await setTimeout(PATIENCE_MS, undefined, { signal });
    return 0;
  }
}
