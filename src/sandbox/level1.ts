import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';
import { outcomeSchema } from '../records/verdict.ts';
import type { PythonInterpreter } from './python-interpreter.ts';
import type { Judgement, Sample, Sandbox, SandboxIdentity, SandboxLimits } from './sandbox.ts';

/** 1 s gave a false timeout on HumanEval/75 under load, 3 s none. */
export const DEFAULT_LIMITS: SandboxLimits = { timeoutMs: 3_000, memoryBytes: 1024 ** 3 };

/** Processor time beyond the wall limit: the wall limit is the one that decides. */
const CPU_SLACK_SECONDS = 2;

/** A sample's process may inherit nothing of ours; sets and dicts of strings iterate alike each time. */
const HASH_SEED = 0;

const RUNNER = fileURLToPath(new URL('../../src/sandbox/python/run_sample.py', import.meta.url));

const readySchema = z.object({ ready: z.literal(true) });

/**
 * The sandbox of level L1: a process a sample with its own process group, resource limits, a
 * cleared environment and a wall limit. It keeps an honest model's mistakes from doing harm; it
 * stops no hostile code, and the sample could forge its verdict.
 */
export function createLevel1Sandbox(
  python: PythonInterpreter,
  limits: SandboxLimits = DEFAULT_LIMITS,
): Sandbox {
  const identity: SandboxIdentity = {
    graderVersion: 'level1-1',
    level: 'L1',
    python: python.version,
    hashSeed: HASH_SEED,
    limits,
  };
  return {
    identity,
    workers: availableParallelism(),
    judge: (sample) => judge(sample, python, limits),
    async [Symbol.asyncDispose]() {
      // Nothing outlives a sample.
    },
  };
}

async function judge(
  sample: Sample,
  python: PythonInterpreter,
  limits: SandboxLimits,
): Promise<Judgement> {
  const result = await execa(python.executable, ['-s', '-S', '-B', RUNNER], {
    input: JSON.stringify({
      ...sample,
      memoryBytes: limits.memoryBytes,
      cpuSeconds: Math.ceil(limits.timeoutMs / 1_000) + CPU_SLACK_SECONDS,
    }),
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    env: { PYTHONHASHSEED: String(HASH_SEED) },
    extendEnv: false,
    cwd: '/',
    timeout: limits.timeoutMs,
    killSignal: 'SIGKILL',
    killDescendants: true,
    maxBuffer: 1_000_000,
    reject: false,
  });
  const [ready, outcome] = (result.stdio[3] ?? '').split('\n');
  if (!readySchema.safeParse(parseJson(ready)).success) {
    const reason = result.timedOut ? 'did not start in time' : result.shortMessage;
    return { kind: 'infrastructure', detail: `the sample's process ${reason ?? 'did not start'}` };
  }
  return { kind: 'verdict', outcome: verdictOf(outcome, result, limits) };
}

function verdictOf(
  outcome: string | undefined,
  result: { readonly timedOut: boolean; readonly signal?: string; readonly exitCode?: number },
  limits: SandboxLimits,
) {
  const told = outcomeSchema.safeParse(parseJson(outcome));
  if (told.success) {
    return told.data;
  }
  if (result.timedOut) {
    return { kind: 'failed', cause: 'timeout', detail: `over ${limits.timeoutMs} ms` } as const;
  }
  if (result.signal !== undefined) {
    return { kind: 'failed', cause: 'signal', detail: result.signal } as const;
  }
  return { kind: 'failed', cause: 'exit', detail: `exit code ${result.exitCode}` } as const;
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
