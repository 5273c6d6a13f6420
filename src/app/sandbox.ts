import type { SandboxOptions } from '../options/sandbox-options.ts';
import type { SandboxRecord } from '../records/run-header.ts';
import { openPythonSandbox } from '../sandbox/python/open.ts';
import { DEFAULT_LIMITS, type Grader, type GraderIdentity } from '../sandbox/grader.ts';
import type { Host } from './host.ts';

const MEBIBYTE = 1024 ** 2;

/** Opens the sandbox as the options say. Throws `EvalkitError` where the machine has none such. */
export function openSandbox(options: SandboxOptions, host: Host): Promise<Grader> {
  const { sandbox: level, python, allowPackage: packages, workers } = options;
  return openPythonSandbox({
    level,
    python,
    packages,
    workers,
    env: host.env,
    limits: {
      timeoutMs: options.timeout === undefined ? DEFAULT_LIMITS.timeoutMs : options.timeout * 1_000,
      memoryBytes:
        options.memoryMib === undefined ? DEFAULT_LIMITS.memoryBytes : options.memoryMib * MEBIBYTE,
      answerBytes:
        options.answerMib === undefined ? DEFAULT_LIMITS.answerBytes : options.answerMib * MEBIBYTE,
    },
  });
}

/** What a sandbox is, as a run's header keeps it. */
export function describeSandbox(identity: GraderIdentity): SandboxRecord {
  const { level, missed, mechanisms, denials } = identity;
  return { level, missed: [...missed], mechanisms: [...mechanisms], denials: [...denials] };
}
