import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { environmentError } from '../records/error.ts';
import { systemCode } from '../records/system-error.ts';

const NEWLINE = 0x0a;

/** Read at once: a line may be longer, a file as long as it likes. */
const PIECE_BYTES = 1024 ** 2;

/** A record of a file of one JSON record a line, and where its line stands. */
export interface PlacedRecord<T> {
  readonly record: T;
  /** Of its line's first byte. */
  readonly offset: number;
  /** Of the line, its newline left out. */
  readonly bytes: number;
  /** The line's number, from 1. */
  readonly line: number;
}

/**
 * Reads a file of one JSON record a line, one line at a time, so that no more than a piece of it is in
 * memory. A last line without its newline is the trace of a killed writer and is left out; any other
 * bad line is an error that names it. No file: no records.
 */
export function* scanJsonl<T>(
  path: string,
  parse: (value: unknown) => T,
): Generator<PlacedRecord<T>> {
  let line = 0;
  let offset = 0;
  for (const bytes of lines(path)) {
    line += 1;
    const text = bytes.toString('utf8');
    yield { record: parseLine(text, { path, line, parse }), offset, bytes: bytes.length, line };
    offset += bytes.length + 1;
  }
}

/** Appends records to a file of one JSON record a line. */
export class JsonlAppender {
  readonly #path: string;
  readonly #descriptor: number;

  /** Opens the file, after cutting off a torn last line that a killed writer left. */
  constructor(path: string) {
    const { end, size } = endOfLines(path);
    if (end < size) {
      truncateSync(path, end);
    }
    this.#path = path;
    this.#descriptor = openSync(path, 'a');
  }

  /**
   * Hands one record to the operating system: after this, killing our process loses nothing. Throws
   * an environment error where the disk takes no more.
   */
  append(record: unknown): void {
    this.appendBytes(Buffer.from(`${JSON.stringify(record)}\n`));
  }

  /** The same for whole lines. */
  appendBytes(bytes: Uint8Array): void {
    for (let written = 0; written < bytes.length; ) {
      try {
        written += writeSync(this.#descriptor, bytes, written);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        this.#takeBack(written);
        throw environmentError(
          `cannot write ${this.#path} (${reason}); free some space and rerun the same command to resume`,
          error,
        );
      }
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** Half a line would spoil the next one, should there be room for it again. */
  #takeBack(written: number): void {
    try {
      ftruncateSync(this.#descriptor, fstatSync(this.#descriptor).size - written);
    } catch {
      // The disk has failed already, and the error that says so is on its way.
    }
  }
}

/** Lines that end, each without its newline. */
function* lines(path: string): Generator<Buffer> {
  const descriptor = openToRead(path);
  if (descriptor === undefined) {
    return;
  }
  try {
    let rest: Buffer[] = [];
    for (let position = 0; ; ) {
      const piece = readAt(path, { descriptor, position, bytes: PIECE_BYTES });
      if (piece.length === 0) {
        return;
      }
      position += piece.length;
      let begin = 0;
      for (let end = piece.indexOf(NEWLINE); end !== -1; end = piece.indexOf(NEWLINE, begin)) {
        const tail = piece.subarray(begin, end);
        yield rest.length === 0 ? tail : Buffer.concat([...rest, tail]);
        rest = [];
        begin = end + 1;
      }
      rest.push(piece.subarray(begin));
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Where the last newline of a file ends, and how long the file is; 0 and 0 where there is none. */
function endOfLines(path: string): { readonly end: number; readonly size: number } {
  const descriptor = openToRead(path);
  if (descriptor === undefined) {
    return { end: 0, size: 0 };
  }
  try {
    const { size } = fstatSync(descriptor);
    for (let position = size; position > 0; ) {
      const bytes = Math.min(PIECE_BYTES, position);
      position -= bytes;
      const last = readAt(path, { descriptor, position, bytes }).lastIndexOf(NEWLINE);
      if (last !== -1) {
        return { end: position + last + 1, size };
      }
    }
    return { end: 0, size };
  } finally {
    closeSync(descriptor);
  }
}

/** `undefined` where there is no file. */
function openToRead(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return undefined;
    }
    throw unreadable(path, error);
  }
}

/** A piece of an open file, in memory of its own; shorter only at the file's end. */
function readAt(
  path: string,
  {
    descriptor,
    position,
    bytes,
  }: { readonly descriptor: number; readonly position: number; readonly bytes: number },
): Buffer {
  const buffer = Buffer.allocUnsafe(bytes);
  let filled = 0;
  try {
    while (filled < bytes) {
      const read = readSync(descriptor, buffer, filled, bytes - filled, position + filled);
      if (read === 0) {
        break;
      }
      filled += read;
    }
  } catch (error) {
    throw unreadable(path, error);
  }
  return buffer.subarray(0, filled);
}

function unreadable(path: string, error: unknown): Error {
  return environmentError(`cannot read ${path}: ${String(error)}`, error);
}

function parseLine<T>(
  text: string,
  {
    path,
    line,
    parse,
  }: { readonly path: string; readonly line: number; readonly parse: (value: unknown) => T },
): T {
  try {
    return parse(JSON.parse(text));
  } catch (error) {
    throw environmentError(
      `${path}, line ${line} is not a record of this version: ${text.slice(0, 80)}; restore the file, or run the command that wrote it anew with --fresh`,
      error,
    );
  }
}
