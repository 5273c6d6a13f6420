import { createServer, type AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const SERVER = fileURLToPath(new URL('./server.ts', import.meta.url));

/** A model's server in a process of its own, which can be killed and comes back at the same address. */
export interface RestartableServer extends AsyncDisposable {
  readonly url: string;
  /** Kills it, and starts it again after a while. */
  readonly restart: (afterMs: number) => Promise<void>;
}

export async function startServer(): Promise<RestartableServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/v1`;
  const launch = () => execa(process.execPath, [SERVER, String(port)], { reject: false });
  let server = launch();
  await untilItAnswers(url);
  return {
    url,
    restart: async (afterMs) => {
      server.kill('SIGKILL');
      await server;
      await setTimeout(afterMs);
      server = launch();
      await untilItAnswers(url);
    },
    [Symbol.asyncDispose]: async () => {
      server.kill('SIGKILL');
      await server;
    },
  };
}

async function untilItAnswers(url: string): Promise<void> {
  for (;;) {
    const answers = await fetch(`${url}/models`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answers) {
      return;
    }
    await setTimeout(50);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
