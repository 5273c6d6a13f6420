import type { Options } from '../options/option.ts';
import type { sandboxOptions } from '../sandbox/options.ts';
import type { SandboxRecord } from '../records/run-header.ts';
import { openPythonSandbox } from '../sandbox/python/open.ts';
import type { Grader, GraderIdentity } from '../sandbox/grader.ts';
import type { Host } from './host.ts';

const MEBIBYTE = 1024 ** 2;

/** Opens the sandbox as the options say. Throws `EvalkitError` where the machine has none such. */
export function openSandbox(options: Options<typeof sandboxOptions>, host: Host): Promise<Grader> {
  const { sandbox: level, python, allowPackage: packages, workers } = options;
  return openPythonSandbox({
    level,
    python,
    packages,
    workers,
    env: host.env,
    limits: {
      timeoutMs: options.timeout * 1_000,
      memoryBytes: options.memoryMib * MEBIBYTE,
      answerBytes: options.answerMib * MEBIBYTE,
    },
  });
}

/** What a sandbox is, as a run's header keeps it. */
export function describeSandbox(identity: GraderIdentity): SandboxRecord {
  const { level, missed, mechanisms, denials } = identity;
  return { level, missed: [...missed], mechanisms: [...mechanisms], denials: [...denials] };
}
