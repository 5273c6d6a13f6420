import { arch, availableParallelism, platform } from 'node:os';
import { execPath } from 'node:process';
import { environmentError } from '../../records/error.ts';
import { layBait } from '../common/bait.ts';
import { findBubblewrap, NO_BUBBLEWRAP } from '../common/bubblewrap.ts';
import { type Opened, openHighest } from '../common/levels.ts';
import { usersOfWorker } from '../common/users.ts';
import { WorkerDied, WorkerPool } from '../common/worker-pool.ts';
import {
  DEFAULT_LIMITS,
  type Denial,
  type Grader,
  type GraderIdentity,
  type GraderLimits,
  type SandboxChoice,
  type SandboxLevel,
} from '../grader.ts';
import { isSound, selfTest } from './canary.ts';
import { judgeSample } from './judging.ts';
import type { Report, Terms } from './messages.ts';
import { type ProcessSetup, SampleProcess } from './sample-process.ts';
import { makeFilter } from './seccomp.ts';
import { isolateSources } from './sources.ts';
import { bubblewrapArguments, MECHANISMS, type Mechanism } from './walls.ts';
import { Worker } from './worker.ts';

/** Changes whenever a verdict on the same sample could. */
const GRADER_VERSION = 'two-isolates-2';

const GIBIBYTE = 1024 ** 3;

export interface JavaScriptSandboxOptions {
  readonly level: SandboxChoice;
  readonly limits?: GraderLimits;
  /** Samples that run at once; without it as many as there are cores. */
  readonly workers?: number | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** What levels are made with; tests take something away. */
  readonly mechanisms?: Readonly<Record<SandboxLevel, readonly Mechanism[]>>;
}

type Description = Extract<Report, { kind: 'description' }>;

/** What is the same for every level and worker. */
interface Found {
  readonly description: Description;
  readonly limits: GraderLimits;
  readonly mechanisms: Readonly<Record<SandboxLevel, readonly Mechanism[]>>;
  readonly bwrap: readonly [string, ...string[]] | undefined;
}

/**
 * Opens the sandbox for JavaScript at the highest level that was asked for and that probes show to
 * hold. Throws `EvalkitError` with the reasons where none does.
 */
export async function openJavaScriptSandbox(options: JavaScriptSandboxOptions): Promise<Grader> {
  const { limits = DEFAULT_LIMITS, workers = availableParallelism(), env } = options;
  const description = await describe(limits);
  const found: Found = {
    description,
    limits,
    mechanisms: options.mechanisms ?? MECHANISMS,
    bwrap: await wrapperOf(env, description),
  };
  const opened = await openHighest(options.level, (level) => openLevel(level, found), {
    remedy: 'use a Linux with seccomp, install bubblewrap',
    accepted: "V8's isolates alone",
  });
  const pool = new WorkerPool({
    size: workers,
    isSound,
    first: opened.worker,
    start: (slot) => Worker.start(setupOf(opened.level, slot, found)),
  });
  return {
    identity: identityOf(opened, found),
    workers,
    judge: (sample) => judgeSample(sample, pool),
    // No suite in this language asks for it: what completions hold is read without a parser.
    outline: () => Promise.resolve({ kind: 'unreadable' }),
    selfTest: () => selfTest(pool),
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}

/** Which Node runs the samples, and what it loads. Throws where isolates are not to be had. */
async function describe(limits: GraderLimits): Promise<Description> {
  try {
    await using child = await SampleProcess.start({
      terms: termsOf([], undefined, { limits, isWrapped: false }),
      limits,
      node: execPath,
    });
    const report = await child.do({ kind: 'describe' }, limits.timeoutMs * 10);
    if (report.kind === 'description') {
      return report;
    }
    throw new WorkerDied(JSON.stringify(report));
  } catch (error) {
    if (error instanceof WorkerDied) {
      throw environmentError(
        `samples in JavaScript cannot be judged on this machine: ${error.message}; use a platform that isolated-vm has a binary for`,
        error,
      );
    }
    throw error;
  }
}

async function wrapperOf(
  env: NodeJS.ProcessEnv,
  { files }: Description,
): Promise<readonly [string, ...string[]] | undefined> {
  const program = await findBubblewrap(env);
  return program === undefined ? undefined : [program, ...(await bubblewrapArguments(files))];
}

async function openLevel(
  level: SandboxLevel,
  found: Found,
): Promise<{ readonly worker: Worker; readonly denials: readonly Denial[] } | string> {
  if (level !== 'L1' && platform() !== 'linux') {
    return `its walls are Linux's, and this is ${platform()}`;
  }
  if (level !== 'L1' && makeFilter(arch()) === undefined) {
    return `there is no table of system calls for ${arch()}`;
  }
  if (found.mechanisms[level].includes('bubblewrap') && found.bwrap === undefined) {
    return NO_BUBBLEWRAP;
  }
  const setup = setupOf(level, 0, found);
  const denials = await probe(setup, found.limits);
  return { worker: await Worker.start(setup), denials };
}

/** Has a process that is confined as samples are try everything. */
async function probe(setup: ProcessSetup, limits: GraderLimits): Promise<Denial[]> {
  await using bait = await layBait({
    program: execPath,
    tooMuchMemory: 2 * limits.memoryBytes + GIBIBYTE,
  });
  await using child = await SampleProcess.start({
    ...setup,
    terms: { ...setup.terms, willProbe: true },
  });
  const report = await child.do({ kind: 'probe', bait: bait.bait }, limits.timeoutMs * 10);
  if (report.kind !== 'denials') {
    throw new WorkerDied(`a probe ended with ${JSON.stringify(report)}`);
  }
  return Object.entries(report.denied).map(([name, isDenied]) => ({ name, isDenied }));
}

function setupOf(
  level: SandboxLevel,
  slot: number,
  { mechanisms: ofLevels, limits, description, bwrap }: Found,
): ProcessSetup {
  const mechanisms = ofLevels[level];
  const user = mechanisms.includes('user') ? usersOfWorker(slot)?.candidate : undefined;
  const isWrapped = bwrap !== undefined && mechanisms.includes('bubblewrap');
  return {
    terms: termsOf(mechanisms, user, { limits, isWrapped }),
    limits,
    // bubblewrap maps the user that starts it; without it the process changes by itself.
    ...(isWrapped ? { wrapper: { command: bwrap, user } } : {}),
    node: description.files[0] ?? execPath,
  };
}

function termsOf(
  mechanisms: readonly Mechanism[],
  user: number | undefined,
  { limits, isWrapped }: { readonly limits: GraderLimits; readonly isWrapped: boolean },
): Terms {
  const { memoryBytes, answerBytes } = limits;
  return {
    sources: isolateSources(),
    user: isWrapped ? undefined : user,
    limits: mechanisms.includes('limits')
      ? { threads: isWrapped || user !== undefined }
      : undefined,
    noNewPrivileges: mechanisms.includes('no-new-privileges'),
    filter: mechanisms.includes('seccomp') ? makeFilter(arch()) : undefined,
    willProbe: false,
    memoryBytes,
    answerBytes,
  };
}

function identityOf(
  { level, missed, denials }: Opened<Worker>,
  { mechanisms, limits, description }: Found,
): GraderIdentity {
  const isRoot = usersOfWorker(0) !== undefined;
  return {
    name: 'javascript',
    version: GRADER_VERSION,
    level,
    missed,
    mechanisms: mechanisms[level].filter((mechanism) => mechanism !== 'user' || isRoot),
    denials,
    runtime: `Node ${description.node} (V8 ${description.v8}, no JIT)`,
    identity: {},
    allowed: 'the language, and md5 by crypto or js-md5',
    limits,
  };
}
