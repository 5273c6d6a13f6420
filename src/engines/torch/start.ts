import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { kill } from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { folderRefusal } from '../../files/make-folder.ts';
import { makeTemporaryFolder } from '../../files/temporary-folder.ts';
import { cacheFolder } from '../../options/cache-folder.ts';
import { processEnd, type Transport } from '../process/transport.ts';

/** The same file in a checkout and in a package, which carries the sources of the worker. */
export function workerFile(name: string): URL {
  return new URL(`../../../src/engines/torch/worker/${name}`, import.meta.url);
}

/** Variables that change what the worker loads or how it computes, and a secret that it has no use for. */
const HARMFUL =
  /^(?:LD_PRELOAD|DYLD_.*|HF_.*|TRANSFORMERS_.*|OMP_.*|GOMP_.*|KMP_.*|MKL_.*|OPENBLAS_.*|DNNL_.*|ONEDNN_.*|ATEN_.*|TORCH_.*)$/;

/** The environment of a process of the worker's. */
export function workerEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !HARMFUL.test(name)));
}

/**
 * Starts a worker: JSON lines go to its stdin and come from its stdout, its log is stderr. Throws an
 * environment error where there is no room for its temporary files.
 */
export async function startWorker(python: string, env: NodeJS.ProcessEnv): Promise<Transport> {
  const path = fileURLToPath(workerFile('main.py'));
  const kept = await keptCompilations(env);
  // Optimum leaves a copy of the whole model in a folder that nobody removes.
  const temporary = await makeTemporaryFolder('torch');
  // Isolated: neither PYTHONPATH nor a folder of the user's decides what `import` finds.
  const subprocess = execa(python, ['-I', '-B', path], {
    env: { ...kept, ...workerEnvironment(env), TMPDIR: temporary.path },
    extendEnv: false,
    // The folder that the user started in may go away; this one stays.
    cwd: dirname(path),
    stdin: 'pipe',
    // A group of its own: what a library starts beside it ends with it.
    detached: true,
    buffer: false,
    reject: false,
  });
  subprocess.nodeChildProcess.once('exit', () => killGroup(subprocess.pid));
  // Whoever asks sees that the process has ended; a broken pipe says no more.
  subprocess.stdin.on('error', () => undefined);
  const lines = createInterface({ input: subprocess.stdout, crlfDelay: Infinity });
  const closed = once(lines, 'close');
  return {
    pid: subprocess.pid,
    log: subprocess.stderr,
    send: (message) => {
      subprocess.stdin.write(`${JSON.stringify(message)}\n`);
    },
    listen: (listener) => {
      const onLine = (line: string): void => listener(parsed(line));
      lines.on('line', onLine);
      return () => lines.off('line', onLine);
    },
    kill: () => killGroup(subprocess.pid),
    ended: (async () => {
      const result = await subprocess;
      await closed;
      await temporary[Symbol.asyncDispose]();
      return processEnd(result);
    })(),
  };
}

/** Has torch keep what it compiles, which takes a minute, where the cache can be written. */
async function keptCompilations(env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const folder = join(cacheFolder(env), 'compiled');
  const isRefused = (await folderRefusal(folder)) !== undefined;
  // Refused, it is compiled anew each time, with the temporary files.
  return isRefused ? {} : { TORCHINDUCTOR_CACHE_DIR: folder };
}

/** Ends a process and all that it has started: else they would hold its pipes open. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) {
    return;
  }
  try {
    kill(-pid, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}

/** A line that is not JSON is no message of the protocol either: its own text stands for it. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}
