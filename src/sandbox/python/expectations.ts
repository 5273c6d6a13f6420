import { gunzipSync, gzipSync } from 'node:zlib';
import { sha256Json } from '../../records/hash.ts';
import type { Task } from '../../records/task.ts';
import type { Cache } from '../grader.ts';
import { type Expected, expectedSchema, type Job, referenceJobOf } from './job.ts';
import type { PoolReport } from './worker.ts';

/** Changes whenever the same reference solution could be recorded as something else. */
const VERSION = 'expected-4';

/** Why there are no expected values. */
export interface NoExpected {
  readonly kind: 'infrastructure';
  readonly fault: 'machine' | 'task';
  readonly detail: string;
}

type Found = { readonly kind: 'expected'; readonly expected: Expected } | NoExpected;

export interface ExpectationsOptions {
  readonly run: (job: Job) => Promise<PoolReport>;
  readonly timeoutMs: number;
  /** Which interpreter runs them, in words. */
  readonly runtime: string;
  /** Where they are kept for the next time. */
  readonly cache: Cache | undefined;
}

/** Expected values: found once for each task, by its reference solution in a checker's place. */
export class Expectations {
  readonly #options: ExpectationsOptions;
  readonly #found = new Map<string, Promise<Found>>();

  constructor(options: ExpectationsOptions) {
    this.#options = options;
  }

  /** The expected values of a task; `undefined` where its test has none. */
  async of(task: Task): Promise<Found | undefined> {
    const job = referenceJobOf(task, this.#options.timeoutMs);
    if (job === undefined) {
      return undefined;
    }
    const key = sha256Json({ version: VERSION, runtime: this.#options.runtime, ...job.body });
    const known = this.#found.get(key) ?? this.#find(job, key);
    this.#found.set(key, known);
    const found = await known;
    if (found.kind === 'infrastructure' && found.fault === 'machine') {
      this.#found.delete(key);
    }
    return found;
  }

  async #find(job: Job, key: string): Promise<Found> {
    const name = `expected/${key}.json.gz`;
    const { cache, run } = this.#options;
    const kept = unpacked(await cache?.read(name));
    if (kept !== undefined) {
      return { kind: 'expected', expected: kept };
    }
    const found = foundIn(await run(job));
    if (found.kind === 'expected') {
      await cache?.write(name, gzipSync(JSON.stringify(found.expected)));
    }
    return found;
  }
}

/** Values that are damaged are none: they are found again. */
function unpacked(bytes: Uint8Array | undefined): Expected | undefined {
  if (bytes === undefined) {
    return undefined;
  }
  try {
    return expectedSchema.parse(JSON.parse(gunzipSync(bytes).toString()));
  } catch {
    return undefined;
  }
}

function foundIn(report: PoolReport): Found {
  switch (report.kind) {
    case 'expected': {
      const { values, slowestMs } = report;
      return { kind: 'expected', expected: { values, slowestMs } };
    }
    case 'machine':
      return { kind: 'infrastructure', fault: 'machine', detail: report.detail };
    case 'passed':
    case 'outlines':
      return atFault('it is not a reference solution');
    default:
      return atFault(report.detail);
  }
}

function atFault(reason: string): NoExpected {
  return {
    kind: 'infrastructure',
    fault: 'task',
    detail: `its reference solution gives no expected values: ${reason}`,
  };
}
