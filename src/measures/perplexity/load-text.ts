import { about } from '../../options/message.ts';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { usageError } from '../../records/error.ts';
import { unpacked } from '../../records/file-text.ts';
import { reasonOf } from '../../records/system-error.ts';
import type { TextPlan } from '../../records/perplexity.ts';
import type { Prompt } from '../../records/prompt.ts';
import { type HubDatasetOptions, loadHubDataset } from './hub-dataset.ts';
import { DEFAULT_DATASET, textOptions } from './options.ts';
import { sha256Bytes } from '../../records/hash.ts';
import { decodeText, readRows, type RowChoice } from './text-rows.ts';

export interface LoadTextOptions extends Omit<HubDatasetOptions, 'repo'> {
  /** The user's own file; `undefined`: the default data set. */
  readonly path: string | undefined;
  readonly choice: RowChoice;
}

/** Names, in a plan, prompts as what stands before each row. */
export const PROMPT_FIELD = 'prompt';

/** A text to score: what it is, and its rows. */
export interface LoadedText {
  readonly plan: TextPlan;
  /** A plain text is one row. */
  readonly rows: readonly string[];
  /** The prompt that each row continues, which is not scored; absent: none. */
  readonly before?: readonly Prompt[];
}

/**
 * Loads the text that perplexity is measured on. Throws a usage error for a file with something wrong
 * in it, and an environment error where the default data set is not available.
 */
export async function loadText(options: LoadTextOptions): Promise<LoadedText> {
  const { path, choice, progress } = options;
  if (path !== undefined) {
    const name = basename(path);
    const bytes = await readOwnFile(path);
    const known = { source: { kind: 'file', name }, sha256: sha256Bytes(bytes), choice } as const;
    return toText(unpackOwn(bytes, path), known);
  }
  const file = await loadHubDataset({ ...options, repo: DEFAULT_DATASET });
  const { repo, revision, name, bytes } = file;
  progress({ kind: 'note', text: `perplexity on ${repo}, ${name} at ${revision}` });
  const source = { kind: 'hub', repo, revision, name } as const;
  return toText(bytes, { source, sha256: file.sha256, choice });
}

async function readOwnFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw usageError(
      about`${textOptions.pplData} ${path} cannot be read; name a .jsonl, .json, .parquet or .txt file`,
      error,
    );
  }
}

function unpackOwn(bytes: Uint8Array, path: string): Uint8Array {
  try {
    return unpacked(bytes);
  } catch (error) {
    throw usageError(
      about`${textOptions.pplData} ${path} is a gzip that cannot be unpacked (${reasonOf(error)}); fetch or make it again`,
      error,
    );
  }
}

async function toText(
  bytes: Uint8Array,
  known: Pick<TextPlan, 'source' | 'sha256'> & { readonly choice: RowChoice },
): Promise<LoadedText> {
  const { choice, ...file } = known;
  const name = file.source.name.replace(/\.gz$/i, '');
  if (/\.txt$/i.test(name)) {
    const text = decodeText(bytes, name);
    if (text === '') {
      throw usageError(`${name} is empty; name a file with text in it`);
    }
    return { plan: { ...file, rows: 1 }, rows: [text] };
  }
  const rows = await readRows(bytes, name, choice);
  const isShort = rows.length < choice.rows;
  return {
    plan: {
      ...file,
      field: choice.field,
      rows: rows.length,
      ...(isShort ? { askedRows: choice.rows } : {}),
    },
    rows,
  };
}
