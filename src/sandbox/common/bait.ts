import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What probes try to reach: every process of this machine may. */
export interface Bait {
  readonly file: string;
  readonly folder: string;
  /** Of a listener on loopback. */
  readonly port: number;
  readonly program: string;
  /** In bytes. */
  readonly tooMuchMemory: number;
}

/** A file, a folder and a listener, beside a program and an amount of memory. */
export async function layBait(
  given: Pick<Bait, 'program' | 'tooMuchMemory'>,
): Promise<AsyncDisposable & { readonly bait: Bait }> {
  const folder = await mkdtemp(join(tmpdir(), 'evalkit-probe-'));
  await chmod(folder, 0o777);
  const file = join(folder, 'bait');
  await writeFile(file, 'bait', { mode: 0o644 });
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    bait: { ...given, file, folder, port: portOf(server.address()) },
    async [Symbol.asyncDispose]() {
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') {
    throw new TypeError('the listener has no port');
  }
  return address.port;
}
