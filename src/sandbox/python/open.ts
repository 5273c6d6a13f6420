import { availableParallelism, platform } from 'node:os';
import { environmentError } from '../../records/error.ts';
import { findBubblewrap } from './bubblewrap.ts';
import { selfTest } from './canary.ts';
import { Expectations } from './expectations.ts';
import { findInterpreter, type Interpreter } from './interpreter.ts';
import { judgeSample } from './judging.ts';
import { MECHANISMS, type Mechanism } from './mechanisms.ts';
import { outlineTexts } from './outlining.ts';
import { probe } from './probes.ts';
import {
  type Cache,
  DEFAULT_LIMITS,
  type Denial,
  type Grader,
  type GraderIdentity,
  type SandboxChoice,
  type SandboxLevel,
  type GraderLimits,
} from '../grader.ts';
import { usersOfWorker } from './users.ts';
import { HASH_SEED, Worker, WorkerDied, type WorkerSetup } from './worker.ts';
import { WorkerPool } from './worker-pool.ts';

/** Changes whenever a verdict on the same sample could. */
const GRADER_VERSION = 'two-processes-3';

export interface PythonSandboxOptions {
  readonly level: SandboxChoice;
  /** The interpreter that runs the samples; without it the first suitable one on the path. */
  readonly python?: string | undefined;
  /** Packages beyond the standard library that completions may import. */
  readonly packages?: readonly string[];
  readonly limits?: GraderLimits;
  /** Samples that run at once; without it as many as there are cores. */
  readonly workers?: number | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** Where expected values are kept for the next time. */
  readonly cache?: Cache | undefined;
  /** What levels are made with; tests take something away. */
  readonly mechanisms?: Readonly<Record<SandboxLevel, readonly Mechanism[]>>;
}

const LEVELS: Readonly<Record<SandboxChoice, readonly SandboxLevel[]>> = {
  auto: ['L3', 'L2'],
  l3: ['L3'],
  l2: ['L2'],
  unsafe: ['L1'],
};

/** A worker whose level the probes have shown. */
interface Opened {
  readonly level: SandboxLevel;
  /** Why higher levels are not available. */
  readonly missed: readonly string[];
  readonly denials: readonly Denial[];
  readonly setup: WorkerSetup;
  readonly worker: Worker;
}

/**
 * Opens the sandbox for Python at the highest level that was asked for and that probes show to
 * hold. Throws `EvalkitError` with the reasons where none does.
 */
export async function openPythonSandbox(options: PythonSandboxOptions): Promise<Grader> {
  const { limits = DEFAULT_LIMITS, workers = availableParallelism() } = options;
  const interpreter = await findInterpreter({
    python: options.python,
    packages: options.packages ?? [],
    env: options.env,
    user: options.level === 'unsafe' ? undefined : usersOfWorker(0),
  });
  const opened = await openHighest(options, interpreter, limits);
  const { timeoutMs } = limits;
  const pool = new WorkerPool({
    size: workers,
    timeoutMs,
    first: opened.worker,
    start: (slot) => Worker.start({ ...opened.setup, slot, users: usersIf(opened.setup, slot) }),
  });
  const expectations = new Expectations({
    run: (job) => pool.do(job),
    timeoutMs,
    runtime: `Python ${interpreter.version}`,
    cache: options.cache,
  });
  return {
    identity: identityOf(opened, interpreter, limits),
    workers,
    judge: (sample) => judgeSample(sample, { pool, expectations, timeoutMs }),
    outline: (texts) => outlineTexts(texts, { pool, timeoutMs }),
    selfTest: () => selfTest(pool, timeoutMs),
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}

async function openHighest(
  options: PythonSandboxOptions,
  interpreter: Interpreter,
  limits: GraderLimits,
): Promise<Opened> {
  const reasons: string[] = [];
  for (const level of LEVELS[options.level]) {
    const mechanisms = (options.mechanisms ?? MECHANISMS)[level];
    const opened = await openLevel(level, {
      interpreter,
      limits,
      mechanisms,
      bwrap: mechanisms.includes('bubblewrap') ? await findBubblewrap(options.env) : undefined,
      users: undefined,
      slot: 0,
    });
    if (typeof opened !== 'string') {
      return { ...opened, missed: reasons };
    }
    reasons.push(`${level}: ${opened}`);
  }
  throw environmentError(
    `no sandbox that hostile code cannot leave (${reasons.join('; ')}); ${remedy()}, or accept resource limits alone with --sandbox unsafe`,
  );
}

function remedy(): string {
  return platform() === 'linux'
    ? 'use a Linux with landlock (5.13 or newer) and seccomp, install bubblewrap'
    : 'run in a Linux container';
}

/** A worker at that level, or why there is none. */
async function openLevel(
  level: SandboxLevel,
  wanted: WorkerSetup,
): Promise<Omit<Opened, 'missed'> | string> {
  if (wanted.mechanisms.includes('bubblewrap') && wanted.bwrap === undefined) {
    return 'bwrap is not on the path (Debian and Ubuntu: apt install bubblewrap)';
  }
  const setup = { ...wanted, users: usersIf(wanted, 0) };
  try {
    await using stack = new AsyncDisposableStack();
    const worker = stack.use(await Worker.start(setup));
    const denials = await probe(worker, {
      program: setup.interpreter.executable,
      limits: setup.limits,
    });
    const allowed = denials.filter((denial) => !denial.isDenied);
    if (level === 'L1' || allowed.length === 0) {
      stack.move();
      return { level, denials, setup, worker };
    }
    return `a sample can ${allowed.map((denial) => denial.name).join(', ')}`;
  } catch (error) {
    if (error instanceof WorkerDied) {
      return error.message;
    }
    throw error;
  }
}

function usersIf({ mechanisms }: WorkerSetup, slot: number) {
  return mechanisms.includes('user') ? usersOfWorker(slot) : undefined;
}

function identityOf(
  { level, missed, denials, setup }: Opened,
  interpreter: Interpreter,
  limits: GraderLimits,
): GraderIdentity {
  const isRoot = setup.users !== undefined;
  return {
    name: 'python',
    version: GRADER_VERSION,
    level,
    missed,
    mechanisms: setup.mechanisms.filter((mechanism) => mechanism !== 'user' || isRoot),
    denials,
    runtime: `Python ${interpreter.version}`,
    identity: { packages: interpreter.packages, hashSeed: HASH_SEED },
    allowed: allowedText(interpreter),
    limits,
  };
}

function allowedText({ packages }: Interpreter): string {
  return packages.length === 0 ? 'standard library only' : `with ${packages.join(', ')}`;
}
