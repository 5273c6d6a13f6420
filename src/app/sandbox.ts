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
 * Opens the grader of a suite's language as the options say. Throws `EvalkitError` where the machine
 * has none such.
 */
export function openSandbox(
  suite: SuiteRules,
  options: Options<typeof sandboxOptions>,
  host: Host,
): Promise<Grader> {
  const { sandbox: level, workers, timeout, memoryMib, answerMib } = options;
  const limits = { ...DEFAULT_LIMITS, ...suite.limits };
  return openGrader(suite.language, {
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
