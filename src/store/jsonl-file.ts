import { closeSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { environmentError } from '../records/error.ts';

/**
 * Reads a file of one JSON record a line. A last line without its newline is the trace of a killed
 * writer and is left out; any other bad line is an error that names it. No file: no records.
 */
export function readJsonl<T>(path: string, parse: (value: unknown) => T): T[] {
  return parseJsonl(path, wholeLines(path).text, parse);
}

/** Appends records to a file of one JSON record a line. */
export class JsonlAppender {
  readonly #path: string;
  readonly #descriptor: number;

  /** Opens the file, after cutting off a torn last line that a killed writer left. */
  constructor(path: string) {
    const { text, torn } = wholeLines(path);
    if (torn) {
      truncateSync(path, Buffer.byteLength(text));
    }
    this.#path = path;
    this.#descriptor = openSync(path, 'a');
  }

  /**
   * Hands one record to the operating system: after this, killing our process loses nothing. Throws
   * an environment error where the disk takes no more.
   */
  append(record: unknown): void {
    const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
    for (let written = 0; written < bytes.length; ) {
      try {
        written += writeSync(this.#descriptor, bytes, written);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
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
}

function wholeLines(path: string): { text: string; torn: boolean } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return { text: '', torn: false };
    }
    throw environmentError(`cannot read ${path}: ${String(error)}`, error);
  }
  const end = text.lastIndexOf('\n') + 1;
  return { text: text.slice(0, end), torn: end < text.length };
}

function parseJsonl<T>(path: string, text: string, parse: (value: unknown) => T): T[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line, index) => {
    try {
      return parse(JSON.parse(line));
    } catch (error) {
      throw environmentError(
        `${path}, line ${index + 1} is not a record of this version: ${line.slice(0, 80)}; restore the file, or run the command that wrote it anew with --fresh`,
        error,
      );
    }
  });
}
