import type { SandboxOptions } from '../options/sandbox-options.ts';
import type { SandboxRecord } from '../records/run-header.ts';
import { DEFAULT_LIMITS, type Grader, type GraderIdentity } from '../sandbox/grader.ts';
import { openGrader } from '../sandbox/index.ts';
import type { Suite } from '../suites/suite.ts';
import type { Host } from './host.ts';

const MEBIBYTE = 1024 ** 2;

/**
 * Opens the grader of a suite's language as the options say. Throws `EvalkitError` where the machine
 * has none such.
 */
export function openSandbox(suite: Suite, options: SandboxOptions, host: Host): Promise<Grader> {
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
    own: options,
  });
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
