import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../options/cache-folder.ts';
import type { Options } from '../options/option.ts';
import type { sandboxOptions } from '../sandbox/options.ts';
import type { SandboxRecord } from '../records/run-header.ts';
import { type Cache, DEFAULT_LIMITS, type Grader, type GraderIdentity } from '../sandbox/grader.ts';
import { openGrader } from '../sandbox/index.ts';
import { keepFile } from '../store/keep-file.ts';
import type { SuiteRules } from '../suites/suite.ts';
import type { Host } from './host.ts';

const MEBIBYTE = 1024 ** 2;

/**
 * Opens the grader of a suite's language as the options say; an interruption ends what waits for it,
 * whatever the samples do. Throws `EvalkitError` where the machine has none such.
 */
export async function openSandbox(
  suite: SuiteRules,
  options: Options<typeof sandboxOptions>,
  host: Host,
): Promise<Grader> {
  const { sandbox: level, workers, timeout, memoryMib, answerMib } = options;
  const limits = { ...DEFAULT_LIMITS, ...suite.limits };
  const grader = await openGrader(suite.language, {
    level,
    workers,
    env: host.env,
    limits: {
      timeoutMs: timeout === undefined ? limits.timeoutMs : timeout * 1_000,
      memoryBytes: memoryMib === undefined ? limits.memoryBytes : memoryMib * MEBIBYTE,
      answerBytes: answerMib === undefined ? limits.answerBytes : answerMib * MEBIBYTE,
    },
    cache: cacheOf(host),
    own: options,
  });
  const { signal } = host;
  return {
    identity: grader.identity,
    workers: grader.workers,
    judge: (sample) => unlessAborted(grader.judge(sample), signal),
    outline: (texts) => unlessAborted(grader.outline(texts), signal),
    selfTest: () => unlessAborted(grader.selfTest(), signal),
    [Symbol.asyncDispose]: () => grader[Symbol.asyncDispose](),
  };
}

/** What the work comes to; rejects with the signal's reason where that is earlier. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  if (signal.aborted) {
    abort();
  }
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Files in evalkit's cache folder. */
function cacheOf({ env, progress }: Host): Cache {
  const folder = cacheFolder(env);
  return {
    read: (name) => readFile(join(folder, name)).catch(() => undefined),
    write: async (name, content) => {
      await keepFile(join(folder, name), content, progress);
    },
  };
}

/** Stands in the header of a run that this machine judges nothing of. */
export const NO_SANDBOX: SandboxRecord = {
  level: 'none yet',
  missed: [],
  mechanisms: [],
  denials: [],
  allowed: 'nothing has been judged',
};

/** What a sandbox is, as a run's header keeps it. */
export function describeSandbox(identity: GraderIdentity): SandboxRecord {
  const { level, missed, mechanisms, denials, allowed } = identity;
  return {
    level,
    missed: [...missed],
    mechanisms: [...mechanisms],
    denials: [...denials],
    allowed,
  };
}
