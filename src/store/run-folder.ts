import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { z } from 'zod';
import { environmentError, usageError } from '../records/error.ts';
import { type RunHeader, runHeaderSchema } from '../records/run-header.ts';

/** The files of a run that are its records; all others are made from them. */
export const RUN_FILES = {
  header: 'run.json',
  completions: 'completions.jsonl',
  verdicts: 'verdicts.jsonl',
  sessions: 'sessions.jsonl',
  incidents: 'incidents.jsonl',
  timings: 'timings.jsonl',
  stops: 'stops.jsonl',
} as const;

/** Reads a run's first record. Throws `EvalkitError` where the folder holds no run of this version. */
export function readHeader(folder: string): RunHeader {
  return readJsonFile(join(folder, RUN_FILES.header), runHeaderSchema);
}

/** Reads the first record of a folder of results. Throws `EvalkitError` where it is another. */
export function readJsonFile<T>(path: string, schema: z.ZodType<T>): T {
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
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw usageError(
      `${path} is no header of this kind of run and this version of evalkit; use the command and version that wrote it, or start anew with --fresh`,
      error,
    );
  }
}

/**
 * Creates a run's folder where there is none. A folder that holds other files and no run is
 * somebody else's and is refused.
 */
export function createRunFolder(folder: string, header: string = RUN_FILES.header): void {
  let entries: string[];
  try {
    mkdirSync(folder, { recursive: true });
    entries = readdirSync(folder);
  } catch (error) {
    throw environmentError(
      `cannot create the run's folder ${folder}: ${String(error)}; choose another with --out`,
      error,
    );
  }
  const foreign = entries.find((name) => !name.startsWith('.'));
  if (foreign !== undefined && !existsSync(join(folder, header))) {
    throw usageError(
      `${folder} holds ${foreign} and no run; choose a new or empty folder with --out`,
    );
  }
}

/** Deletes a run's records. What was made from them is overwritten by the next run. */
export function removeRun(folder: string): void {
  for (const name of Object.values(RUN_FILES)) {
    rmSync(join(folder, name), { force: true });
  }
}
