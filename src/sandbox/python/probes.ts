import { type Bait, layBait } from '../common/bait.ts';
import type { Denial, GraderLimits } from '../grader.ts';
import { type SampleJob, sourceJob } from './job.ts';
import { WorkerDied } from '../common/worker-pool.ts';
import type { Worker, WorkerReport } from './worker.ts';

/**
 * What a sample must be refused, each as Python that tries it. `attempt` returns where it
 * succeeded and raises where it was refused; every attempt would succeed in an ordinary process.
 */
const ATTEMPTS: Readonly<Record<string, string>> = {
  'read a file': `open(bait['file']).read()`,
  'write a file': `open(bait['folder'] + '/written', 'w').close()`,
  connect: `import socket; socket.create_connection(('127.0.0.1', bait['port']), 2).close()`,
  fork: `import os
    if os.fork() == 0:
        os._exit(0)`,
  'run a program': `import os; os.execv(bait['program'], [bait['program'], '--version'])`,
  'signal the parent': `import os; os.kill(os.getppid(), 0)`,
  'read the memory of the parent': `import ctypes, os
    there, here = (ctypes.c_size_t * 2)(id(None), 8), ctypes.create_string_buffer(8)
    into = (ctypes.c_size_t * 2)(ctypes.addressof(here), 8)
    if ctypes.CDLL(None).process_vm_readv(os.getppid(), into, 1, there, 1, 0) != 8:
        raise PermissionError`,
  'be root': `import os
    if os.geteuid() != 0:
        raise PermissionError`,
  'take more memory': `bytearray(bait['tooMuchMemory'])`,
};

/** Has both processes of a sample try everything, in the very state in which samples run. */
export async function probe(
  worker: Worker,
  options: { readonly program: string; readonly limits: GraderLimits },
): Promise<Denial[]> {
  const { timeoutMs, memoryBytes } = options.limits;
  await using bait = await layBait({ program: options.program, tooMuchMemory: 2 * memoryBytes });
  const denials: Denial[] = [];
  for (const [name, attempt] of Object.entries(ATTEMPTS)) {
    const source = attemptSource(attempt, bait.bait);
    const reports = [
      await worker.do(sourceJob(inCandidate(source), timeoutMs)),
      await worker.do(sourceJob(inChecker(source), timeoutMs)),
    ];
    const broken = reports.find(isBroken);
    if (broken !== undefined) {
      throw new WorkerDied(`the probe that tries to ${name} was cut off: ${broken.detail}`);
    }
    denials.push({ name, isDenied: reports.every((report) => report.kind === 'passed') });
  }
  return denials;
}

type Broken = Extract<WorkerReport, { detail: string }>;

/** Whether a report says something of the machine, and nothing of what is denied. */
function isBroken(report: WorkerReport): report is Broken {
  return (
    report.kind === 'suspect' ||
    report.kind === 'starved' ||
    (report.kind === 'failed' && (report.cause === 'timeout' || report.cause === 'signal'))
  );
}

function attemptSource(attempt: string, bait: Bait): string {
  return `def attempt():
    bait = ${JSON.stringify(bait)}
    ${attempt}

def is_denied():
    try:
        attempt()
    except (OSError, MemoryError):
        return True
    return False
`;
}

function inCandidate(source: string): SampleJob {
  return {
    prompt: '',
    completion: source,
    test: { kind: 'check', source: 'def check(is_denied):\n    assert is_denied() is True\n' },
    entryPoint: 'is_denied',
    seed: '',
  };
}

function inChecker(source: string): SampleJob {
  return {
    prompt: '',
    completion: 'def nothing(): pass\n',
    test: {
      kind: 'check',
      source: `${source}\ndef check(nothing):\n    assert is_denied() is True\n`,
    },
    entryPoint: 'nothing',
    seed: '',
  };
}
