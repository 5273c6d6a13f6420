import { chmod, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { makeTemporaryFolder, temporaryError } from '../../files/temporary-folder.ts';
import type { Denial, GraderLimits } from '../grader.ts';
import { type SampleJob, sourceJob } from './job.ts';
import type { Worker } from './worker.ts';

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

/** The mechanism that the attempts tell of, in words for a message. */
interface Bait {
  readonly file: string;
  readonly folder: string;
  readonly port: number;
  readonly program: string;
  readonly tooMuchMemory: number;
}

/** Has both processes of a sample try everything, in the very state in which samples run. */
export async function probe(
  worker: Worker,
  options: { readonly program: string; readonly limits: GraderLimits },
): Promise<Denial[]> {
  const { timeoutMs, memoryBytes } = options.limits;
  await using bait = await layBait({ program: options.program, memoryBytes });
  const denials: Denial[] = [];
  for (const [name, attempt] of Object.entries(ATTEMPTS)) {
    const source = attemptSource(attempt, bait.bait);
    const reports = [
      await worker.do(sourceJob(inCandidate(source), timeoutMs)),
      await worker.do(sourceJob(inChecker(source), timeoutMs)),
    ];
    denials.push({ name, isDenied: reports.every((report) => report.kind === 'passed') });
  }
  return denials;
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

/** A file, a folder, a listener and a program that every process of this machine may use. */
async function layBait(options: {
  readonly program: string;
  readonly memoryBytes: number;
}): Promise<AsyncDisposable & { readonly bait: Bait }> {
  const folder = await makeTemporaryFolder('probe');
  const file = join(folder.path, 'bait');
  try {
    await chmod(folder.path, 0o777);
    await writeFile(file, 'bait', { mode: 0o644 });
  } catch (error) {
    await folder[Symbol.asyncDispose]();
    throw temporaryError(error);
  }
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    bait: {
      file,
      folder: folder.path,
      port: portOf(server.address()),
      program: options.program,
      tooMuchMemory: 2 * options.memoryBytes,
    },
    async [Symbol.asyncDispose]() {
      server.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') {
    throw new TypeError('the listener has no port');
  }
  return address.port;
}
