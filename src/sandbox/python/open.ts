import { availableParallelism } from 'node:os';
import { findBubblewrap, NO_BUBBLEWRAP } from '../common/bubblewrap.ts';
import { isSound, selfTest } from './canary.ts';
import { type Opened, openHighest } from '../common/levels.ts';
import { Expectations } from './expectations.ts';
import { findInterpreter, type Interpreter } from './interpreter.ts';
import { judgeSample } from './judging.ts';
import { MECHANISMS, type Mechanism } from './mechanisms.ts';
import { outlineTexts } from './outlining.ts';
import { probe } from './probes.ts';
import {
  type Cache,
  DEFAULT_LIMITS,
  type Grader,
  type GraderIdentity,
  type SandboxChoice,
  type SandboxLevel,
  type GraderLimits,
} from '../grader.ts';
import { usersOfWorker } from '../common/users.ts';
import { HASH_SEED, Worker, type WorkerSetup } from './worker.ts';
import { WorkerPool } from '../common/worker-pool.ts';

/** Changes whenever a verdict on the same sample could. */
const GRADER_VERSION = 'two-processes-4';

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

type OpenedPython = Opened<Worker> & { readonly setup: WorkerSetup };

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
  const opened = await open(options, interpreter, limits);
  const { timeoutMs } = limits;
  const pool = new WorkerPool({
    size: workers,
    isSound: (worker) => isSound(worker, timeoutMs),
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

async function open(
  options: PythonSandboxOptions,
  interpreter: Interpreter,
  limits: GraderLimits,
): Promise<OpenedPython> {
  const bwrap = await findBubblewrap(options.env);
  const setupOf = (level: SandboxLevel): WorkerSetup => {
    const mechanisms = (options.mechanisms ?? MECHANISMS)[level];
    const wanted = { interpreter, limits, mechanisms, slot: 0, users: undefined };
    const inside = mechanisms.includes('bubblewrap') ? bwrap : undefined;
    return { ...wanted, bwrap: inside, users: usersIf({ mechanisms }, 0) };
  };
  const opened = await openHighest(options.level, (level) => openLevel(setupOf(level)), {
    remedy: 'use a Linux with landlock (5.13 or newer) and seccomp, install bubblewrap',
    accepted: 'resource limits alone',
  });
  return { ...opened, setup: setupOf(opened.level) };
}

/** A worker so set up and what is denied to it, or why there is none. */
async function openLevel(setup: WorkerSetup) {
  if (setup.mechanisms.includes('bubblewrap') && setup.bwrap === undefined) {
    return NO_BUBBLEWRAP;
  }
  await using stack = new AsyncDisposableStack();
  const worker = stack.use(await Worker.start(setup));
  const denials = await probe(worker, {
    program: setup.interpreter.executable,
    limits: setup.limits,
  });
  stack.move();
  return { worker, denials };
}

function usersIf({ mechanisms }: Pick<WorkerSetup, 'mechanisms'>, slot: number) {
  return mechanisms.includes('user') ? usersOfWorker(slot) : undefined;
}

function identityOf(
  { level, missed, denials, setup }: OpenedPython,
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
