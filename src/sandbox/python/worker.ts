import { execa } from 'execa';
import { z } from 'zod';
import { failureCauseSchema } from '../../records/verdict.ts';
import type { Interpreter } from './interpreter.ts';
import { outlineSchema } from '../outline.ts';
import { LineReader } from './line-reader.ts';
import type { Mechanism } from './mechanisms.ts';
import { pythonFile } from './home.ts';
import type { GraderLimits } from '../grader.ts';
import {
  type Pooled,
  type PoolWorker,
  WorkerDied,
  type WorkerPool,
} from '../common/worker-pool.ts';
import { type Job, longestMs } from './job.ts';
import type { SampleUser } from '../common/users.ts';

/** What an object's hash does to the order of sets; the same each time. */
export const HASH_SEED = 0;

/** What a worker may take beyond a job's own time before it counts as hung. */
const GRACE_MS = 20_000;

const START_TIMEOUT_MS = 60_000;

/** Processor time beyond the longest wall limit: the wall limit is the one that decides. */
const CPU_SLACK_SECONDS = 2;

const reportSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('passed') }),
  z.object({
    kind: z.literal('failed'),
    cause: failureCauseSchema,
    detail: z.string(),
    /** Parts of the test that passed before. */
    passedParts: z.array(z.string()).default([]),
  }),
  /** What a reference solution gave. */
  z.object({
    kind: z.literal('expected'),
    values: z.record(z.string(), z.base64()),
    slowestMs: z.int().nonnegative(),
  }),
  z.object({ kind: z.literal('outlines'), outlines: z.array(outlineSchema) }),
  /** The task fits no completion. */
  z.object({ kind: z.literal('unfit'), detail: z.string() }),
  /** Others kept it from running. */
  z.object({ kind: z.literal('starved'), detail: z.string() }),
  /** The machine may be at fault. */
  z.object({ kind: z.literal('suspect'), detail: z.string() }),
]);

/** What a worker says of one job. */
export type WorkerReport = Exclude<z.infer<typeof reportSchema>, { kind: 'ready' }>;

export type PythonWorker = PoolWorker<Job, WorkerReport>;
export type PythonPool = WorkerPool<Job, WorkerReport>;
/** What a job came to in the end. */
export type PoolReport = Pooled<WorkerReport>;

export interface WorkerSetup {
  readonly interpreter: Interpreter;
  readonly mechanisms: readonly Mechanism[];
  /** The program bubblewrap, where samples run inside it. */
  readonly bwrap: string | undefined;
  readonly users: SampleUser | undefined;
  readonly limits: GraderLimits;
  /** Number of the worker, from 0. */
  readonly slot: number;
}

type Supervisor = ReturnType<typeof startSupervisor>;

/** One supervisor process, which does one job at a time. */
export class Worker implements PythonWorker {
  readonly #supervisor: Supervisor;
  readonly #lines: LineReader;

  private constructor(supervisor: Supervisor) {
    this.#supervisor = supervisor;
    this.#lines = new LineReader(supervisor.stdout);
  }

  /** Starts a worker. Throws `WorkerDied` with the reason if it does not come up. */
  static async start(setup: WorkerSetup): Promise<Worker> {
    const worker = new Worker(startSupervisor(setup.interpreter));
    worker.#write(configOf(setup));
    const report = await worker.#read(START_TIMEOUT_MS);
    if (report.kind !== 'ready') {
      throw await worker.#kill(`it began with ${JSON.stringify(report)}`);
    }
    return worker;
  }

  /** Does one job. Throws `WorkerDied`; the worker is of no use then. */
  async do({ body, terms }: Job): Promise<WorkerReport> {
    this.#write(terms, body);
    const report = await this.#read(terms.longestMs + GRACE_MS);
    if (report.kind === 'ready') {
      throw await this.#kill('it spoke out of turn');
    }
    return report;
  }

  /** Ends the worker and all that it started. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#supervisor.stdin.end();
    await this.#supervisor;
  }

  /** At once: the supervisor wakes up once. */
  #write(...messages: object[]): void {
    const lines = messages.map((message) => `${JSON.stringify(message)}\n`);
    this.#supervisor.stdin.write(lines.join(''));
  }

  async #read(timeoutMs: number): Promise<z.infer<typeof reportSchema>> {
    const { promise: timedOut, resolve } = Promise.withResolvers<'timed out'>();
    const timer = setTimeout(resolve, timeoutMs, 'timed out');
    const line = await Promise.race([this.#lines.next(), timedOut]);
    clearTimeout(timer);
    if (line === 'timed out') {
      throw await this.#kill(`it did not answer within ${timeoutMs} ms`);
    }
    const report = reportSchema.safeParse(parseJson(line));
    if (!report.success) {
      throw await this.#kill(undefined);
    }
    return report.data;
  }

  async #kill(reason: string | undefined): Promise<WorkerDied> {
    this.#supervisor.kill('SIGKILL');
    const { stderr, shortMessage } = await this.#supervisor;
    const lastWords = stderr.trim();
    return new WorkerDied(reason ?? (lastWords.split('\n').slice(-2).join(': ') || shortMessage));
  }
}

function startSupervisor(interpreter: Interpreter) {
  return execa(interpreter.executable, ['-s', '-S', '-B', pythonFile('supervisor.py')], {
    stdio: 'pipe',
    env: { PYTHONHASHSEED: String(HASH_SEED) },
    extendEnv: false,
    cwd: '/',
    reject: false,
    buffer: { stdout: false, stderr: true },
    forceKillAfterDelay: 2_000,
  });
}

function configOf({ interpreter, mechanisms, bwrap, users, limits, slot }: WorkerSetup): object {
  const { executable, version: _version, missingPackages: _missing, ...paths } = interpreter;
  const { memoryBytes, answerBytes, timeoutMs } = limits;
  return {
    ...paths,
    memoryBytes,
    answerBytes,
    slot,
    python: executable,
    packages: interpreter.packages.map((named) => named.split(' ', 1)[0]),
    mechanisms: mechanisms.filter((mechanism) => mechanism !== 'bubblewrap'),
    bwrap: bwrap ?? null,
    users: { candidate: users?.candidate ?? null, checker: users?.checker ?? null },
    cpuSeconds: Math.ceil(longestMs(timeoutMs) / 1_000) + CPU_SLACK_SECONDS,
  };
}

function parseJson(line: string | undefined): unknown {
  try {
    return JSON.parse(line ?? '');
  } catch {
    return undefined;
  }
}
