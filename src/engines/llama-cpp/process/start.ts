import type { Serializable } from 'node:child_process';
import { once } from 'node:events';
import { dirname, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execaNode } from 'execa';
import { processEnd, type Transport } from '../../process/transport.ts';
import { engineEnvironment } from './environment.ts';

/** The same file as source in a checkout and as JavaScript in a package. */
const ENTRY = fileURLToPath(
  new URL(`engine-child${extname(fileURLToPath(import.meta.url))}`, import.meta.url),
);

/** Starts a process for a model; with `gpu` it is to reach one. */
export function startEngine(env: NodeJS.ProcessEnv, gpu: boolean): Transport {
  const subprocess = start(engineEnvironment(env, gpu));
  const { nodeChildProcess, all, pid } = subprocess;
  return {
    pid,
    log: all,
    send: (message) => {
      // The callback keeps a failure from being thrown: whoever asks sees that the process has ended.
      // What is sent is plain data.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      nodeChildProcess.send(message as Serializable, () => undefined);
    },
    listen: (listener) => {
      nodeChildProcess.on('message', listener);
      return () => nodeChildProcess.off('message', listener);
    },
    kill: () => subprocess.kill('SIGKILL'),
    ended: (async () => {
      const result = await subprocess;
      if (nodeChildProcess.connected) {
        await once(nodeChildProcess, 'disconnect');
      }
      return processEnd(result);
    })(),
  };
}

function start(env: NodeJS.ProcessEnv) {
  return execaNode(ENTRY, [], {
    env,
    extendEnv: false,
    // The folder that the user started in may go away; this one stays.
    cwd: dirname(ENTRY),
    // What this process was started with (a debugger, a test runner's loader) is not for that one.
    nodeOptions: [],
    stdin: 'ignore',
    all: true,
    buffer: false,
    ipc: true,
    serialization: 'advanced',
    reject: false,
  });
}
