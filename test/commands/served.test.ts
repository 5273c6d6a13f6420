import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readRun } from '../../src/store/run-store.ts';
import { startCli } from '../fixtures/cli.ts';
import { folderFiles } from '../fixtures/folder-files.ts';
import { humanevalPath } from '../fixtures/humaneval.ts';
import { type Asked, type ModelServerOptions, startModelServer } from '../fixtures/model-server.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const KEY = 'sk-very-secret-0123456789';
const DATA = await humanevalPath();
const SHORT = ['--limit', '3', '--out', 'run', '--no-perplexity'];
const TIMED = ['--latency-tasks', '1', '--latency-repeats', '1'];

/** Whether a request is of the run, and not of the probe. */
const isOfRun = ({ body }: Asked): boolean => String(body['prompt']).includes('"""');

async function setUp(options: ModelServerOptions = {}) {
  const server = await startModelServer(options);
  onTestFinished(() => server[Symbol.asyncDispose]());
  const cwd = temporaryFolder();
  const start = (...words: string[]) =>
    startCli(['humaneval', ...words, ...SHORT], {
      cwd,
      env: { EVALKIT_DATA: DATA, EVALKIT_API_KEY: KEY },
    });
  return { server, cwd, start };
}

test('a served model is measured, and the report says where, by what, and what its times hold', async () => {
  const { server, cwd, start } = await setUp();
  const { exitCode, stderr } = await start('--model', `mine=${server.url}`, ...TIMED);
  expect(stderr).not.toContain('defect');
  expect(exitCode).toBe(0);
  const { stdout } = await startCli(['report', 'run', '--details'], { cwd });
  expect(stdout).toContain(`tiny, at ${server.url}, sha256`);
  expect(stdout).toContain('served by openai unknown');
  expect(stdout).toMatch(/served: times hold the network and the server's own queue: TTFT = /);
  expect(stdout).toMatch(
    /server openai unknown, does raw prompts, chat, seeds, usage in streams, streams/,
  );
  const { completions, timings } = readRun(join(cwd, 'run'));
  expect(completions).toHaveLength(3);
  expect(completions.map(({ cell }) => cell)).toEqual(Array(3).fill('mine:openai/greedy'));
  expect(timings).toHaveLength(1);
  const written = folderFiles(cwd).map((path) => readFileSync(join(cwd, path), 'utf8'));
  expect([stdout, stderr, ...written].filter((text) => text.includes(KEY))).toEqual([]);
  expect(server.asked.every(({ headers }) => headers.authorization === `Bearer ${KEY}`)).toBe(true);
});

test('names make cells, and addresses in a row are one cell', async () => {
  const [one, two] = [await setUp(), await setUp()];
  const { url } = two.server;
  const cells = async (...words: string[]): Promise<string[]> => {
    const { stdout, stderr } = await one.start(...words, '--dry-run', '--json', '--no-latency');
    return stdout === ''
      ? [stderr]
      : (JSON.parse(stdout) as { cells: { id: string }[] }).cells.map(({ id }) => id);
  };
  expect(await cells('--model', `a=${one.server.url},b=${url}`)).toEqual([
    'a:openai/greedy',
    'b:openai/greedy',
  ]);
  expect(await cells('--model', `${one.server.url},${url}`)).toEqual(['tiny:openai/greedy']);
  expect(
    await cells('--model', one.server.url, '--model', `b=${url}`, '--thinking', 'on,off'),
  ).toEqual([
    expect.stringMatching(
      /--thinking: the server \(openai\) has no known way to turn it on or off/,
    ),
  ]);
});

test('a model that changes ends the cell with exit 3, and the same command resumes when it is back', async () => {
  const state = { completions: 0 };
  const { server, cwd, start } = await setUp({
    fault: (asked) => {
      const isOwn = isOfRun(asked);
      state.completions += Number(isOwn);
      if (isOwn && state.completions === 2) {
        Object.assign(server.options, { models: ['other'] });
      }
      return false;
    },
  });
  const words = ['--model', server.url, '--parallel', '1', '--no-latency', '--prompt', 'raw'];
  const broken = await start(...words);
  expect(broken.stderr).toMatch(
    /the server changed during the run; the finished completions are kept/,
  );
  expect(broken.exitCode).toBe(3);
  expect(readRun(join(cwd, 'run')).completions).toHaveLength(1);
  Object.assign(server.options, { models: ['tiny'] });
  expect((await start(...words)).exitCode).toBe(0);
  expect(readRun(join(cwd, 'run')).completions).toHaveLength(3);
});

test('Ctrl-C ends it with 130 and cancels what the server does', async () => {
  const { server, start } = await setUp({
    fault: (asked, response) => {
      const isOwn = isOfRun(asked);
      if (isOwn) {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': thinking\n\n');
      }
      return isOwn;
    },
  });
  const run = start('--model', server.url, '--no-latency', '--prompt', 'raw');
  await expect.poll(() => server.asked.filter(isOfRun).length, { timeout: 60_000 }).toBe(3);
  run.kill('SIGINT');
  expect((await run).exitCode).toBe(130);
  expect(server.cancelled()).toBe(3);
});

test('what a server cannot do is a usage error before anything is spent', async () => {
  const { server, cwd, start } = await setUp({
    fault: ({ path }, response) => {
      const isRaw = path === '/v1/completions';
      if (isRaw) {
        response.writeHead(404).end('{"error":"no such route"}');
      }
      return isRaw;
    },
  });
  const { exitCode, stderr } = await start('--model', server.url);
  expect(stderr).toMatch(
    /^evalkit: tiny:openai\/greedy cannot be asked raw: .*answers 404.*no such route; use --prompt chat$/m,
  );
  expect(exitCode).toBe(2);
  expect(existsSync(join(cwd, 'run'))).toBe(false);
});

test.each([
  [
    ['--model', 'http://'],
    2,
    /--model http:\/\/: not an address; write http:\/\/HOST:PORT\/v1#MODEL/,
  ],
  [
    ['--model', 'http://u:hush@localhost:1/v1'],
    2,
    /a password would be sent in the clear; use https/,
  ],
  [['--model', 'http://localhost:1/v1#'], 2, /names no model behind the #/],
  [['--model', 'http://localhost:1/v1?x=y'], 2, /an address has no \?x=y/],
  [['--model', 'http://a/v1#m,http://b/v1#n'], 2, /replicas of one model, and these name several/],
  [['--model', 'http://a/v1,http://a/v1'], 2, /http:\/\/a\/v1 is named twice/],
  [
    ['--model', 'http://127.0.0.1:9/v1'],
    3,
    /http:\/\/127\.0\.0\.1:9\/v1 cannot be reached: ECONNREFUSED/,
  ],
  [
    ['--model', 'https://u:hush@127.0.0.1:9/v1'],
    3,
    /https:\/\/127\.0\.0\.1:9\/v1 cannot be reached/,
  ],
  [['--model', 'http://a/v1', '--api-key-file', 'none'], 2, /--api-key-file .*none cannot be read/],
  [
    ['--model', 'http://a/v1', '--api-key-file', 'blank'],
    2,
    /--api-key-file .*blank holds something that is not a key/,
  ],
  [['--model', 'http://a/v1', '--threads', '1'], 2, /--threads is for models that are loaded here/],
  [
    ['--model', 'http://a/v1', '--gpu-layers', '1'],
    2,
    /--gpu-layers is for models that are loaded here/,
  ],
  [
    ['--model', 'http://a/v1', '--decode', 'assisted', '--draft', 'q8_0'],
    2,
    /--draft q8_0: a served model takes no draft/,
  ],
  [['--model', 'q8_0', '--thinking', 'on'], 2, /--thinking is for served models/],
])('%j is refused in one line with exit %i', async (words, code, message) => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'blank'), 'two words\n');
  const { exitCode, stdout, stderr } = await startCli(['humaneval', ...words, ...SHORT], {
    cwd,
    env: { EVALKIT_DATA: DATA },
  });
  const said = stderr.split('\n').filter((line) => line.startsWith('evalkit:'));
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(message);
  expect(stderr).not.toMatch(/hush|^\s+at /m);
  expect(exitCode).toBe(code);
  expect(stdout).toBe('');
  expect(existsSync(join(cwd, 'run'))).toBe(false);
});
