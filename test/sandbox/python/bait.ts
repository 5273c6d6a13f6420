import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { humanEvalPackage } from './reference.ts';

const SHARED_MEMORY = '/dev/shm';

/** What lies about for hostile code to reach: all of it open to every user of the machine. */
export interface Bait extends AsyncDisposable {
  /** Paths and ports, for the samples. */
  readonly places: Readonly<Record<string, string | number>>;
  /** Everything that a successful attack would have changed. */
  trace(): unknown;
}

export async function layBait(python: string): Promise<Bait> {
  const folder = mkdtempSync(join(tmpdir(), 'evalkit-bait-'));
  chmodSync(folder, 0o777);
  const inside = (name: string) => join(folder, name);
  writeFileSync(inside('file'), 'bait');
  writeFileSync(inside('writable'), 'bait');
  chmodSync(inside('writable'), 0o666);
  writeFileSync(inside('module.py'), 'FOUND = True\n');
  writeFileSync(inside('HumanEval.jsonl.gz'), gzipSync('{"task_id": "HumanEval/0"}\n'));
  mkdirSync(inside('packages'));
  cpSync(await humanEvalPackage(python), inside('packages'), { recursive: true });
  const reached: string[] = [];
  const tcp = await listen(createServer(), 0, () => reached.push('tcp'));
  const unix = await listen(createServer(), inside('unix'), () => reached.push('unix'));
  chmodSync(inside('unix'), 0o777);
  const udp = createSocket('udp4', () => reached.push('udp')).bind(0, '127.0.0.1');
  await once(udp, 'listening');
  const address = tcp.address();
  return {
    places: {
      folder,
      file: inside('file'),
      writable: inside('writable'),
      module: inside('module.py'),
      dataset: inside('HumanEval.jsonl.gz'),
      packages: inside('packages'),
      unix: inside('unix'),
      program: python,
      tcp: typeof address === 'object' && address !== null ? address.port : 0,
      udp: udp.address().port,
    },
    trace: () => ({
      reached,
      folder: readdirSync(folder).toSorted(),
      writable: readFileSync(inside('writable'), 'utf8'),
      changed: statSync(inside('writable')).mtimeMs,
      mode: statSync(inside('writable')).mode,
      temporary: hostileFiles(tmpdir()),
      shared: hostileFiles(SHARED_MEMORY),
    }),
    async [Symbol.asyncDispose]() {
      tcp.close();
      unix.close();
      udp.close();
      rmSync(folder, { recursive: true });
    },
  };
}

async function listen(server: Server, at: number | string, onReached: () => void): Promise<Server> {
  server.on('connection', (socket) => {
    onReached();
    socket.destroy();
  });
  server.listen(typeof at === 'number' ? { port: at, host: '127.0.0.1' } : { path: at });
  await once(server, 'listening');
  return server;
}

function hostileFiles(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.startsWith('evalkit-hostile'));
  } catch {
    return []; // a system without that folder
  }
}
