import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import writeFileAtomic from 'write-file-atomic';
import { makeFolder } from '../files/make-folder.ts';
import { environmentError, usageError } from '../records/error.ts';
import { type MaybeShard, shardText } from '../records/shard.ts';
import { JsonlAppender } from './jsonl-file.ts';
import { type AnyHeader, type Kind, type RecordFile, recordFiles, wordsOf } from './kinds.ts';
import { lockFolder } from './lock-folder.ts';
import { planDifference } from './plan-difference.ts';
import { settleGrading } from './settle-grading.ts';
import {
  findHeader,
  hasRun,
  HEADER_FILE,
  PERPLEXITY_FILE,
  readHeader,
  readRecords,
} from './read-folder.ts';

/** How a run is opened or begun. */
export interface OpenRun<H extends AnyHeader> {
  readonly folder: string;
  /** The first record of the run that is wanted. */
  readonly header: H;
  /** Deletes what lies there before. */
  readonly fresh: boolean;
}

/** One file of an open run's records. */
export class RecordList<T> {
  readonly #path: string;
  readonly #key: RecordFile<T>['key'];
  readonly #records = new Map<string, T>();
  #appender: JsonlAppender | undefined;

  constructor(folder: string, file: RecordFile<T>) {
    this.#path = join(folder, file.file);
    this.#key = file.key;
    for (const record of readRecords(folder, file)) {
      this.#keep(record);
    }
  }

  /** By key, those without one by their number. */
  get records(): ReadonlyMap<string, T> {
    return this.#records;
  }

  /** Hands one record to the operating system. Throws an environment error where the disk is full. */
  add(record: T): void {
    // Opened only now: most runs have no incidents.
    this.#appender ??= new JsonlAppender(this.#path);
    this.#appender.append(record);
    this.#keep(record);
  }

  close(): void {
    this.#appender?.close();
  }

  #keep(record: T): void {
    this.#records.set(this.#key?.(record) ?? String(this.#records.size), record);
  }
}

/** The append-only records of one run of any kind. One writer at a time holds its folder. */
export class RunFolder<H extends AnyHeader> implements AsyncDisposable {
  readonly path: string;
  readonly header: H;
  readonly #release: () => Promise<void>;
  readonly #lists: { close(): void }[] = [];

  private constructor(kind: Kind<H>, path: string, release: () => Promise<void>) {
    this.path = path;
    this.#release = release;
    this.header = readHeader(path, kind).header;
  }

  /**
   * Opens the run in a folder, or begins it. A run of the same plan that asked for other measures
   * continues with these. Another kind of run, one of another plan or of version 1 is a usage error
   * with the reason, unless `fresh`, which deletes it. `use` reads the records that it needs: where
   * it throws, the folder is released.
   */
  static async open<H extends AnyHeader, U>(
    kind: Kind<H>,
    { folder, header, fresh }: OpenRun<H>,
    use: (run: RunFolder<H>) => U,
  ): Promise<U> {
    await createFolder(folder, kind.option);
    const release = await lockFolder(folder);
    try {
      if (fresh) {
        removeRecords(folder);
      }
      await writeHeader(kind, folder, header);
      return use(new RunFolder(kind, folder, release));
    } catch (error) {
      await release();
      throw error;
    }
  }

  /** A file of its records, open for more. */
  list<T>(file: RecordFile<T>): RecordList<T> {
    const list = new RecordList(this.path, file);
    this.#lists.push(list);
    return list;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const list of this.#lists) {
      list.close();
    }
    await this.#release();
  }
}

/**
 * Creates a run's folder where there is none. A folder that holds other files and no run is
 * somebody else's and is refused.
 */
async function createFolder(folder: string, option: string): Promise<void> {
  let entries: string[];
  try {
    await makeFolder(folder);
    entries = readdirSync(folder);
  } catch (error) {
    throw environmentError(
      `cannot create the run's folder ${folder}: ${String(error)}; choose another with ${option}`,
      error,
    );
  }
  refuseForeign(folder, entries, option);
}

function refuseForeign(folder: string, entries: readonly string[], option: string): void {
  const foreign = entries.find((name) => !name.startsWith('.'));
  if (foreign !== undefined && !hasRun(folder)) {
    throw usageError(
      `${folder} holds ${foreign} and no run; choose a new or empty folder with ${option}`,
    );
  }
}

/** Deletes the records of whatever run lies in a folder; what was made from them is overwritten. */
function removeRecords(folder: string): void {
  for (const name of new Set([HEADER_FILE, PERPLEXITY_FILE, ...recordFiles()])) {
    rmSync(join(folder, name), { force: true });
  }
}

/**
 * Begins a run, or lets one of the same plan ask for other measures: its first record then names
 * those of the last command, and keeps where and when the run was begun.
 */
async function writeHeader<H extends AnyHeader>(
  kind: Kind<H>,
  folder: string,
  header: H,
): Promise<void> {
  const [found, asked] = hasRun(folder)
    ? resumableHeader(kind, folder, header)
    : [undefined, header];
  const { evalkit, fingerprint, startedAt, sandbox, testSeed, merged } = found ?? asked;
  const begun = {
    evalkit,
    fingerprint,
    startedAt,
    ...(sandbox === undefined ? {} : { sandbox }),
    ...(testSeed === undefined ? {} : { testSeed }),
    ...(merged === undefined ? {} : { merged }),
  };
  const wanted = { ...asked, ...begun };
  const written = found === undefined ? undefined : readHeader(folder, kind).header;
  if (!isDeepStrictEqual(written, wanted)) {
    await writeFileAtomic(join(folder, HEADER_FILE), `${JSON.stringify(wanted, null, 2)}\n`);
  }
}

/**
 * Throws a usage error for a folder that holds other files, a run of another kind, or one by an earlier
 * version; one that is not there, or is empty, is right.
 */
export function refuseOtherFolder<H extends AnyHeader>(kind: Kind<H>, folder: string): void {
  const entries = existsSync(folder) ? readdirOf(folder, kind.option) : [];
  refuseForeign(folder, entries, kind.option);
  if (hasRun(folder)) {
    refuseOtherRun(kind, folder);
  }
}

function readdirOf(folder: string, option: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw usageError(
      `${folder} is no folder that can be read; choose another with ${option}`,
      error,
    );
  }
}

/**
 * The run that a folder holds, if it is the one that is wanted, and what is wanted of it; else throws a
 * usage error.
 */
export function resumableHeader<
  H extends AnyHeader,
  W extends Pick<H, 'plan' | 'planHash' | 'shard'>,
>(kind: Kind<H>, folder: string, asked: W): readonly [found: H, wanted: W] {
  refuseOtherRun(kind, folder);
  const read = readHeader(folder, kind).header;
  const [header, wanted] = settleGrading(read, asked);
  if (header.planHash !== wanted.planHash) {
    const { what } = kind;
    throw otherPlan({ folder, what, remedy: remedyOf(kind) }, header.plan, wanted.plan);
  }
  if (wordsOfPart(header) !== wordsOfPart(wanted)) {
    throw usageError(
      `${folder} holds ${wordsOfPart(header)} of this run, and this command makes ${wordsOfPart(wanted)}; ${remedyOf(kind)}`,
    );
  }
  return [header, wanted];
}

function wordsOfPart({ shard }: MaybeShard): string {
  return shard === undefined ? 'the whole' : shardText(shard);
}

function remedyOf<H extends AnyHeader>({ option }: Kind<H>): string {
  return `choose another ${option}, or --fresh to replace it`;
}

function refuseOtherRun<H extends AnyHeader>(kind: Kind<H>, folder: string): void {
  const remedy = remedyOf(kind);
  const found = findHeader(folder);
  if (found.kind !== kind.name) {
    throw usageError(`${folder} holds ${wordsOf(found.kind)}; ${remedy}`);
  }
  if (found.version === 1) {
    throw usageError(
      `${folder} holds ${wordsOf(kind.name)} by an earlier version, whose keys stand for other facts: it can be ${kind.uses}, but not resumed; ${remedy}`,
    );
  }
}

/** A run of another plan; one that only another sandbox would judge can go on with the one it had. */
function otherPlan(
  {
    folder,
    what,
    remedy,
  }: { readonly folder: string; readonly what: string; readonly remedy: string },
  found: object,
  wanted: object,
): Error {
  const difference = planDifference(found, wanted);
  const level = /^grading\.grader\.level is "(L\d)" in the folder, "(L\d)"/.exec(difference);
  if (level === null) {
    return usageError(`${folder} holds ${what} of other settings: ${difference}; ${remedy}`);
  }
  const [, had = '', has] = level;
  const option = had === 'L1' ? 'unsafe' : had.toLowerCase();
  return usageError(
    `${folder} was judged at sandbox level ${had}, and this command would judge at ${has}; go on as before with --sandbox ${option}, or ${remedy}`,
  );
}
