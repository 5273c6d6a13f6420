import { chmod, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { makeTemporaryFolder, temporaryError } from '../../files/temporary-folder.ts';

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
    bait: { ...given, file, folder: folder.path, port: portOf(server.address()) },
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
