import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { reasonOf } from '../../records/system-error.ts';
import { usageError } from '../../records/error.ts';
import { decoderOf } from '../../records/file-text.ts';
import { parseJson } from '../../records/json-text.ts';
import { shortened, visibleText } from '../../records/visible-text.ts';

/** Which rows of a file, and what of them. */
export interface RowChoice {
  readonly field: string;
  /** The first so many; fewer where the file has no more. */
  readonly rows: number;
}

/**
 * The texts of a file's first rows, by the ending of its name: .jsonl, .json (an array of objects) or
 * .parquet. Throws a usage error that names the line or row with something wrong in it.
 */
export async function readRows(
  bytes: Uint8Array,
  name: string,
  choice: RowChoice,
): Promise<string[]> {
  const values = await readValues(bytes, name, choice);
  if (values.length === 0) {
    throw usageError(`${name} has no rows; name a file that has some`);
  }
  return values.map(({ where, value }) => textOf(value, where, choice.field));
}

/** Stands for a value whose bytes are not text. */
const NO_TEXT = Symbol('no text');

/** Bytes that are not UTF-8 would else be read as U+FFFD, and these be scored. */
const parsers = {
  stringFromBytes: (bytes: Uint8Array | undefined): unknown => {
    if (bytes === undefined) {
      return undefined;
    }
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return NO_TEXT;
    }
  },
};

/** A file as one text. Throws a usage error that names the line whose bytes are not UTF-8. */
export function decodeText(bytes: Uint8Array, name: string): string {
  try {
    return decoderOf(bytes).decode(bytes);
  } catch (error) {
    throw usageError(
      `${name}, line ${firstBadLine(bytes)}: its bytes are not UTF-8 text; name a text file`,
      error,
    );
  }
}

interface Row {
  /** Where it stands, for an error: `file.jsonl, line 3`. */
  readonly where: string;
  readonly value: unknown;
}

function readValues(bytes: Uint8Array, name: string, choice: RowChoice): Row[] | Promise<Row[]> {
  if (/\.(?:jsonl|ndjson)$/i.test(name)) {
    return readJsonLines(decodeText(bytes, name), name, choice.rows);
  }
  if (/\.json$/i.test(name)) {
    return readJsonArray(decodeText(bytes, name), name, choice.rows);
  }
  if (/\.parquet$/i.test(name)) {
    return readParquet(bytes, name, choice);
  }
  throw usageError(`${name} is none of .jsonl, .json, .parquet and .txt; rename or convert it`);
}

function readJsonLines(text: string, name: string, count: number): Row[] {
  return text
    .split('\n')
    .map((line, index) => ({ line, where: `${name}, line ${index + 1}` }))
    .filter(({ line }) => line.trim() !== '')
    .slice(0, count)
    .map(({ line, where }) => {
      try {
        return { where, value: parseJson(line) };
      } catch (error) {
        throw usageError(`${where} is not JSON: ${excerpt(line.trim())}; correct the line`, error);
      }
    });
}

function readJsonArray(text: string, name: string, count: number): Row[] {
  let parsed: unknown;
  try {
    parsed = parseJson(text);
  } catch (error) {
    throw usageError(
      `${name}, line ${lineOfSyntaxError(error, text)}: not JSON; correct it`,
      error,
    );
  }
  if (!Array.isArray(parsed)) {
    throw usageError(
      `${name} does not hold an array of rows; name a .json that is a list of objects`,
    );
  }
  return parsed
    .slice(0, count)
    .map((value: unknown, index) => ({ where: `${name}, row ${index + 1}`, value }));
}

async function readParquet(bytes: Uint8Array, name: string, choice: RowChoice): Promise<Row[]> {
  const file = new Uint8Array(bytes).buffer;
  try {
    const metadata = await parquetMetadataAsync(file);
    const rowEnd = Math.min(choice.rows, Number(metadata.num_rows));
    const columns = metadata.schema.slice(1).map((element) => element.name);
    const values = columns.includes(choice.field)
      ? await parquetReadObjects({ file, metadata, columns: [choice.field], rowEnd, parsers })
      : [Object.fromEntries(columns.map((column) => [column, undefined]))].slice(0, rowEnd);
    return values.map((value, index) => ({ where: `${name}, row ${index + 1}`, value }));
  } catch (error) {
    throw usageError(`${name} cannot be read as Parquet: ${reasonOf(error)}; name another`, error);
  }
}

function textOf(value: unknown, where: string, field: string): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw usageError(`${where} is not an object; a row has the field ${field}`);
  }
  const entries = Object.entries(value);
  const found: unknown = entries.find(([name]) => name === field)?.[1];
  if (found === undefined) {
    const names = excerpt(entries.map(([name]) => name).join(', '));
    throw usageError(
      `${where} has no field ${field}; it has ${names === '' ? 'none at all' : names}: choose one with --field`,
    );
  }
  if (found === NO_TEXT) {
    throw usageError(
      `${where}: the bytes of the field ${field} are not UTF-8 text; correct the row`,
    );
  }
  if (typeof found !== 'string') {
    throw usageError(
      `${where}: the field ${field} is not text but ${excerpt(jsonOf(found))}; choose another with --field`,
    );
  }
  if (found === '') {
    throw usageError(`${where}: the field ${field} is empty; remove the row, or choose --field`);
  }
  return found;
}

/** A piece of a stranger's file, fit to stand in one line of an error. */
function excerpt(text: string): string {
  return visibleText(shortened(text, SHOWN_CHARACTERS));
}

const SHOWN_CHARACTERS = 60;

/** Parquet's int64 are BigInt, which JSON cannot hold. */
function jsonOf(value: unknown): string {
  const json: string | undefined = JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'bigint' ? String(part) : part,
  );
  return json ?? typeof value;
}

/** V8 shows so many characters before the one that it did not expect. */
const SHOWN_BEFORE = 10;

/**
 * V8 tells of a position, or shows the text around it, or says that the text ended too early
 * (`kJsonParse…` of its message templates).
 */
function lineOfSyntaxError(error: unknown, text: string): number {
  const message = reasonOf(error);
  const position = /position (\d+)/.exec(message)?.[1];
  const shown = /, \.\.\."([^]*)"(?:\.\.\.)? is not valid JSON$/.exec(message)?.[1];
  if (position !== undefined) {
    return lineAt(text, Number(position));
  }
  if (shown !== undefined) {
    return lineAt(text, text.indexOf(shown) + SHOWN_BEFORE);
  }
  return message.includes('is not valid JSON') ? 1 : lineAt(text, text.length);
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

function firstBadLine(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  for (let begin = 0; begin < bytes.length; line += 1) {
    const end = bytes.indexOf(0x0a, begin);
    const next = end === -1 ? bytes.length : end + 1;
    try {
      decoder.decode(bytes.subarray(begin, next));
    } catch {
      return line;
    }
    begin = next;
  }
  return line;
}
