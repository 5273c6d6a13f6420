import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import writeFileAtomic from 'write-file-atomic';
import { environmentError, usageError } from '../records/error.ts';
import { JsonlAppender } from './jsonl-file.ts';
import {
  type FileOf,
  filesOf,
  type HeaderOf,
  KINDS,
  type RecordOf,
  type RunKind,
  wordsOf,
} from './kinds.ts';
import { lockFolder } from './lock-folder.ts';
import { planDifference } from './plan-difference.ts';
import {
  findHeader,
  hasRun,
  HEADER_FILE,
  PERPLEXITY_FILE,
  readHeader,
  readRecords,
} from './read-folder.ts';

/** How a run is opened or begun. */
export interface OpenRun<K extends RunKind> {
  readonly folder: string;
  /** The first record of the run that is wanted. */
  readonly header: HeaderOf<K>;
  /** Deletes what lies there before. */
  readonly fresh: boolean;
}

/** The append-only records of one run of any kind. One writer at a time holds its folder. */
export class RunFolder<K extends RunKind> implements AsyncDisposable {
  readonly path: string;
  readonly header: HeaderOf<K>;
  readonly #kind: K;
  readonly #release: () => Promise<void>;
  readonly #records = new Map<string, Map<string, unknown>>();
  readonly #appenders = new Map<string, JsonlAppender>();

  private constructor(kind: K, path: string, release: () => Promise<void>) {
    this.path = path;
    this.#kind = kind;
    this.#release = release;
    const { header, version } = readHeader(path, kind);
    this.header = header;
    for (const [name] of filesOf(kind)) {
      const records = readRecords(path, { kind, version }, name as FileOf<K>);
      this.#records.set(name, new Map());
      for (const record of records) {
        this.#keep(name, record);
      }
    }
  }

  /**
   * Opens the run in a folder, or begins it. A run of the same plan that asked for other measures
   * goes on with these. Another kind of run, one of another plan or of version 1 is a usage error
   * with the reason, unless `fresh`, which deletes it.
   */
  static async open<K extends RunKind>(
    kind: K,
    { folder, header, fresh }: OpenRun<K>,
  ): Promise<RunFolder<K>> {
    createFolder(folder, KINDS[kind].option);
    const release = await lockFolder(folder);
    try {
      if (fresh) {
        removeRecords(folder);
      }
      await writeHeader(kind, folder, header);
      return new RunFolder(kind, folder, release);
    } catch (error) {
      await release();
      throw error;
    }
  }

  /** The records of a file by key, those without one by their number. */
  records<N extends FileOf<K>>(name: N): ReadonlyMap<string, RecordOf<K, N>> {
    // What is kept under a name was parsed by its schema, or added as one.
    return (this.#records.get(name) ?? new Map()) as Map<string, RecordOf<K, N>>;
  }

  /** Hands one record to the operating system. Throws an environment error where the disk is full. */
  add<N extends FileOf<K>>(name: N, record: RecordOf<K, N>): void {
    this.#appender(name).append(record);
    this.#keep(name, record);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const appender of this.#appenders.values()) {
      appender.close();
    }
    await this.#release();
  }

  #keep(name: string, record: unknown): void {
    const kept = this.#records.get(name);
    const key = filesOf(this.#kind).find(([one]) => one === name)?.[1].key;
    kept?.set(key === undefined ? String(kept.size) : key(record), record);
  }

  /** Opened only when the first record comes: most runs have no incidents. */
  #appender(name: string): JsonlAppender {
    const open = this.#appenders.get(name);
    if (open !== undefined) {
      return open;
    }
    const file = filesOf(this.#kind).find(([one]) => one === name)?.[1].file ?? name;
    const appender = new JsonlAppender(join(this.path, file));
    this.#appenders.set(name, appender);
    return appender;
  }
}

/**
 * Creates a run's folder where there is none. A folder that holds other files and no run is
 * somebody else's and is refused.
 */
function createFolder(folder: string, option: string): void {
  let entries: string[];
  try {
    mkdirSync(folder, { recursive: true });
    entries = readdirSync(folder);
  } catch (error) {
    throw environmentError(
      `cannot create the run's folder ${folder}: ${String(error)}; choose another with ${option}`,
      error,
    );
  }
  const foreign = entries.find((name) => !name.startsWith('.'));
  if (foreign !== undefined && !hasRun(folder)) {
    throw usageError(
      `${folder} holds ${foreign} and no run; choose a new or empty folder with ${option}`,
    );
  }
}

/** Deletes the records of whatever run lies in a folder. What was made from them stays until overwritten. */
function removeRecords(folder: string): void {
  const kinds = Object.keys(KINDS) as RunKind[];
  const files = kinds.flatMap((kind) => filesOf(kind).map(([, { file }]) => file));
  for (const name of new Set([HEADER_FILE, PERPLEXITY_FILE, ...files])) {
    rmSync(join(folder, name), { force: true });
  }
}

/**
 * Begins a run, or lets one of the same plan ask for other measures: its first record then names
 * those of the last command, and keeps where and when the run was begun.
 */
async function writeHeader<K extends RunKind>(
  kind: K,
  folder: string,
  header: HeaderOf<K>,
): Promise<void> {
  const found = hasRun(folder) ? goOnWith(kind, folder, header) : undefined;
  const { evalkit, fingerprint, startedAt } = found ?? header;
  const begun = found !== undefined && 'sandbox' in found ? { sandbox: found.sandbox } : {};
  const wanted = { ...header, evalkit, fingerprint, startedAt, ...begun };
  if (!isDeepStrictEqual(found, wanted)) {
    await writeFileAtomic(join(folder, HEADER_FILE), `${JSON.stringify(wanted, null, 2)}\n`);
  }
}

/** The run that a folder holds, if it is the one that is wanted; else throws a usage error. */
export function goOnWith<K extends RunKind>(
  kind: K,
  folder: string,
  wanted: Pick<HeaderOf<K>, 'plan' | 'planHash'>,
): HeaderOf<K> {
  const found = findHeader(folder);
  if (found.kind !== kind) {
    throw usageError(
      `${folder} holds ${wordsOf(found.kind)}; choose another ${KINDS[kind].option}, or --fresh to replace it`,
    );
  }
  const { header, version } = readHeader(folder, kind);
  if (version === 1) {
    throw usageError(
      `${folder} holds ${wordsOf(kind)} by an earlier version, whose keys stand for other facts: it can be reported, compared and gated, and not be gone on with; choose another ${KINDS[kind].option}, or --fresh to replace it`,
    );
  }
  if (header.planHash !== wanted.planHash) {
    throw usageError(
      `${folder} holds ${KINDS[kind].what} of other settings: ${planDifference(header.plan, wanted.plan)}; choose another ${KINDS[kind].option}, or --fresh to replace it`,
    );
  }
  return header;
}
