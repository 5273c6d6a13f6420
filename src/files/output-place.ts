import { constants, type Stats } from 'node:fs';
import { access, lstat, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { systemCode } from '../records/system-error.ts';

/** Where what is written to a path goes, its links followed. */
export type OutputPlace =
  /** A file that is replaced whole, or made. */
  | { readonly kind: 'file'; readonly path: string; readonly found: FileFacts | undefined }
  /** What is written into: a pipe, a terminal, a device. */
  | { readonly kind: 'stream'; readonly path: string }
  /** An open descriptor of this process, as `/dev/stdout`. */
  | { readonly kind: 'descriptor'; readonly descriptor: number }
  /** What takes no output, with the reason. */
  | { readonly kind: 'none'; readonly reason: string };

/** What of a replaced file its successor keeps. */
export interface FileFacts {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Device and inode: two paths of the same are one file. */
  readonly identity: string;
}

/** The kernel gives up after as many. */
const MOST_LINKS = 40;

const STANDARD_STREAMS: ReadonlyMap<string, number> = new Map([
  ['/dev/stdin', 0],
  ['/dev/stdout', 1],
  ['/dev/stderr', 2],
]);
const DESCRIPTOR = /^\/proc\/(?:self|\d+)\/fd\/(?<number>\d+)$/;

/** Looks where a path leads; `path` is absolute. Throws what the system says of it. */
export async function findPlace(path: string): Promise<OutputPlace> {
  let current = path;
  for (let links = 0; links <= MOST_LINKS; links += 1) {
    const descriptor = await descriptorOf(current);
    if (descriptor !== undefined) {
      return { kind: 'descriptor', descriptor };
    }
    const found = await lstat(current).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') {
        return undefined;
      }
      throw error;
    });
    if (found?.isSymbolicLink() !== true) {
      return found === undefined
        ? { kind: 'file', path: current, found }
        : placeOfEntry(current, found);
    }
    current = resolve(await realpath(dirname(current)), await readlink(current));
  }
  return { kind: 'none', reason: 'has links that lead in a circle' };
}

async function placeOfEntry(path: string, entry: Stats): Promise<OutputPlace> {
  if (entry.isFile()) {
    // Who may replace a file may not always write it: it was made read-only on purpose.
    await access(path, constants.W_OK);
    const { mode, uid, gid } = entry;
    return { kind: 'file', path, found: { mode, uid, gid, identity: identityOf(entry) } };
  }
  if (entry.isDirectory()) {
    return { kind: 'none', reason: 'is a folder' };
  }
  if (entry.isSocket()) {
    return { kind: 'none', reason: 'is a socket' };
  }
  await access(path, constants.W_OK);
  return { kind: 'stream', path };
}

/** The descriptor that a path stands for. Its links cannot be followed: they may name a pipe. */
export async function descriptorOf(path: string): Promise<number | undefined> {
  const standard = STANDARD_STREAMS.get(path);
  if (standard !== undefined) {
    return standard;
  }
  const folder = await realpath(dirname(path)).catch(() => dirname(path));
  const number = DESCRIPTOR.exec(join(folder, basename(path)))?.groups?.['number'];
  return number === undefined ? undefined : Number(number);
}

/** What two paths of the same file have in common; `undefined`: there is none. */
export async function fileIdentity(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true ? identityOf(found) : undefined;
}

function identityOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}
