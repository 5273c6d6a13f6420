import { existsSync, readdirSync, renameSync, rmSync, rmdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from '../../files/make-folder.ts';
import { EvalkitError, environmentError, usageError } from '../../records/error.ts';
import { reasonOf } from '../../records/system-error.ts';
import type { AnyHeader, Kind } from '../kinds.ts';
import { recordFiles } from '../kinds.ts';
import { LOCK_NAME, lockFolder } from '../lock-folder.ts';
import { hasRun, HEADER_FILE, PERPLEXITY_FILE } from '../read-folder.ts';
import { refuseOtherFolder } from '../run-folder.ts';

/** Where a merged run goes. */
export interface Destination {
  readonly folder: string;
  /** Replaces the run that lies there. */
  readonly fresh: boolean;
}

/**
 * Throws a usage error where a merged run would be put over something else: a run, unless `fresh`, or
 * files that are none.
 */
export function refuseDestination<H extends AnyHeader>(
  kind: Kind<H>,
  { folder, fresh }: Destination,
): void {
  if (!fresh) {
    refuseOtherFolder(kind, folder);
    if (hasRun(folder)) {
      throw usageError(`${folder} holds a run; choose another --out, or --fresh to replace it`);
    }
  } else if (existsSync(folder) && !hasRun(folder)) {
    refuseOtherFolder(kind, folder);
  }
}

/**
 * Writes a run's folder whole or not at all: beside its place, which it takes when all is written. What
 * a killed writer left there before is replaced.
 */
export async function writeWhole(
  { folder }: Destination,
  write: (staging: string) => void,
): Promise<void> {
  const staging = join(dirname(folder), `.${basename(folder)}.merging`);
  const release = await claim(staging, folder);
  try {
    write(staging);
    // A lock is not to move along.
    await release();
    takePlace(staging, folder);
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    throw error instanceof EvalkitError ? error : unwritable(folder, error);
  }
}

/** Makes an empty folder ours; what it returns gives it back. */
async function claim(staging: string, folder: string): Promise<() => Promise<void>> {
  try {
    await makeFolder(staging);
  } catch (error) {
    throw unwritable(folder, error);
  }
  const release = await lockFolder(staging);
  for (const name of readdirSync(staging).filter((each) => each !== LOCK_NAME)) {
    rmSync(join(staging, name), { recursive: true });
  }
  return release;
}

function unwritable(folder: string, error: unknown): EvalkitError {
  return environmentError(
    `cannot write ${folder}: ${reasonOf(error)}; choose another --out, or free some space`,
    error,
  );
}

function takePlace(staging: string, folder: string): void {
  const former = formerOf(staging);
  settleFormer(former, folder);
  if (!existsSync(folder)) {
    renameSync(staging, folder);
    return;
  }
  if (readdirSync(folder).length === 0) {
    rmdirSync(folder);
    renameSync(staging, folder);
    return;
  }
  renameSync(folder, former);
  renameSync(staging, folder);
  settleFormer(former, folder);
}

function formerOf(staging: string): string {
  return `${staging}.former`;
}

/** Ends what a killed command has begun: what was put aside goes back, or what of it is not replaced. */
function settleFormer(former: string, folder: string): void {
  if (!existsSync(former)) {
    return;
  }
  if (existsSync(folder)) {
    keepOthers(former, folder);
    rmSync(former, { recursive: true });
  } else {
    renameSync(former, folder);
  }
}

/** What is no record, its owner may have put there. */
function keepOthers(former: string, folder: string): void {
  const records = [HEADER_FILE, PERPLEXITY_FILE, LOCK_NAME, ...recordFiles()];
  for (const name of readdirSync(former).filter((each) => !records.includes(each))) {
    const [from, to] = [join(former, name), join(folder, name)];
    if (isFolder(from) && isFolder(to)) {
      keepOthers(from, to);
    } else {
      renameSync(from, to);
    }
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
