import { usageError } from '../records/error.ts';
import { fileText } from '../records/file-text.ts';
import { parseJson } from '../records/json-text.ts';
import { shortened } from '../records/visible-text.ts';

/** A line of JSON, and where it stands, as `tasks.jsonl, line 3`. */
export interface JsonLine {
  readonly value: unknown;
  /** As it stands in the file. */
  readonly text: string;
  readonly where: string;
}

/**
 * The lines of a file of JSON lines, plain or gzip; empty ones are left out. Throws a usage error
 * that names the line of `name` that is not JSON.
 */
export function jsonLines(bytes: Uint8Array, name: string): JsonLine[] {
  return unpack(bytes, name)
    .split('\n')
    .flatMap((line, index) => {
      const where = `${name}, line ${index + 1}`;
      return line.trim() === '' ? [] : [{ value: parseLine(line, where), text: line, where }];
    });
}

function unpack(bytes: Uint8Array, name: string): string {
  try {
    return fileText(bytes);
  } catch (error) {
    throw usageError(
      `${name} is neither text nor a gzip of it; name a .jsonl or .jsonl.gz file`,
      error,
    );
  }
}

function parseLine(line: string, where: string): unknown {
  try {
    return parseJson(line);
  } catch (error) {
    throw usageError(`${where} is not JSON: ${shortened(line, 80)}; correct it`, error);
  }
}
