import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { usageError } from '../records/error.ts';
import { scanJsonl } from './jsonl-file.ts';
import {
  type AnyHeader,
  type Kind,
  KINDS,
  type RecordFile,
  type RunKind,
  wordsOf,
} from './kinds.ts';
import { upgradeHeader } from './upgrade.ts';

/** The file of a run's first record. */
export const HEADER_FILE = 'run.json';

/** In version 1 the scores of `evalkit perplexity` began with this file. */
export const PERPLEXITY_FILE = 'perplexity.json';

/** A run's first record as it lies on disk, brought to the form of this version. */
export interface FoundHeader {
  readonly kind: RunKind;
  /** 1: it can be read, not resumed. */
  readonly version: 1 | 2;
  readonly value: unknown;
}

const kindSchema = z.object({ version: z.literal([1, 2]), kind: z.string().optional() });

/** What kind of run lies in a folder. Throws an `EvalkitError` where there is none. */
export function findHeader(folder: string): FoundHeader {
  const path = headerPath(folder);
  const value = readJson(path);
  const found = kindSchema.safeParse(value);
  const kind = found.data?.kind ?? (basename(path) === HEADER_FILE ? 'humaneval' : 'perplexity');
  if (!found.success || !isKind(kind)) {
    throw otherVersion(path, found.error);
  }
  const { version } = found.data;
  return { kind, version, value: version === 1 ? upgradeHeader(kind, value) : value };
}

/** Whether a run has begun in a folder. */
export function hasRun(folder: string): boolean {
  return existsSync(headerPath(folder));
}

/** A folder's first record. Throws an `EvalkitError` where it is of another kind or version. */
export function readHeader<H extends AnyHeader>(
  folder: string,
  kind: Kind<H>,
): { readonly header: H; readonly version: 1 | 2 } {
  const found = findHeader(folder);
  if (found.kind !== kind.name) {
    throw usageError(
      `${folder} holds ${wordsOf(found.kind)}, not ${wordsOf(kind.name)}; name another folder`,
    );
  }
  const parsed = kind.header.safeParse(found.value);
  if (!parsed.success) {
    throw otherVersion(headerPath(folder), parsed.error);
  }
  return { header: parsed.data, version: found.version };
}

/** One file of a folder's records, in the order of their lines; of each key the last one. */
export function readRecords<T>(folder: string, { file, schema, key }: RecordFile<T>): T[] {
  const found = new Map<string | number, T>();
  const path = join(folder, file);
  for (const { record, line } of scanJsonl(path, (value) => schema.parse(value))) {
    found.set(key?.(record) ?? line, record);
  }
  return [...found.values()];
}

/** Reads a JSON file of a run. Throws a usage error where it cannot be read as one. */
export function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw usageError(
      `no run in ${dirname(path)}: ${basename(path)} cannot be read; name a folder that evalkit wrote`,
      error,
    );
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw otherVersion(path, error);
  }
}

export function otherVersion(path: string, cause: unknown): Error {
  return usageError(
    `${path} is not a header that this version of evalkit can read; use the version that wrote it, or run the command that wrote it anew with --fresh`,
    cause,
  );
}

/** Of a folder that holds neither, the expected one. */
function headerPath(folder: string): string {
  const [path, old] = [join(folder, HEADER_FILE), join(folder, PERPLEXITY_FILE)];
  return !existsSync(path) && existsSync(old) ? old : path;
}

function isKind(kind: string): kind is RunKind {
  return Object.hasOwn(KINDS, kind);
}
