import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { folderFiles } from '../../fixtures/folder-files.ts';
import { COMMIT, hubRepositoryListener, startHubServer } from '../../fixtures/hub-server.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { makeTinyGguf } from '../../fixtures/tiny-gguf.ts';

const CHILD = fileURLToPath(new URL('../../fixtures/resolve-model.ts', import.meta.url));
const PATH = `hub/owner--tiny/${COMMIT}/tiny-F16.gguf`;

async function makeBytes(): Promise<Buffer> {
  const path = join(temporaryFolder(), 'tiny.gguf');
  await makeTinyGguf(path);
  return readFileSync(path);
}

/** A hub whose transfers trickle, and one that holds nothing back. */
function hub(bytes: Buffer, slowly: boolean): RequestListener {
  const listener = hubRepositoryListener({ repo: 'owner/tiny', files: { 'tiny-F16.gguf': bytes } });
  return (request, response) => {
    if (!slowly || !request.url?.startsWith('/storage/')) {
      listener(request, response);
      return;
    }
    response.writeHead(200, { 'content-length': bytes.length });
    let sent = 0;
    const timer = setInterval(() => {
      response.write(bytes.subarray(sent, sent + 100_000));
      sent += 100_000;
      if (sent >= bytes.length) {
        clearInterval(timer);
        response.end();
      }
    }, 30);
    response.on('close', () => clearInterval(timer));
  };
}

function resolveIn(cache: string, endpoint: string, item = 'f16') {
  return execa({
    node: true,
    nodeOptions: [],
    reject: false,
  })`${CHILD} ${cache} ${endpoint} hf:owner/tiny ${item}`;
}

function sha256Of(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

test('of two processes that want a file one fetches it, and the other finds it', async () => {
  const bytes = await makeBytes();
  const server = await startHubServer(hub(bytes, true));
  const cache = temporaryFolder();
  const children = [resolveIn(cache, server.endpoint), resolveIn(cache, server.endpoint)];
  const results = await Promise.all(children);
  const [first, second] = results.map(({ stdout }) => JSON.parse(stdout));
  expect(first).toMatchObject({ path: join(cache, PATH), record: { quantization: 'f16' } });
  expect(second).toEqual(first);
  expect(server.asked.filter((path) => path.startsWith('/storage/'))).toHaveLength(1);
  expect(results.map(({ stderr }) => stderr).join('\n')).toContain(
    'another process is working on it',
  );
  expect(sha256Of(join(cache, PATH))).toBe(createHash('sha256').update(bytes).digest('hex'));
  expect(folderFiles(cache).filter((name) => name.includes('partial'))).toEqual([]);
});

test('of two processes that want a quantization one makes it', async () => {
  const server = await startHubServer(hub(await makeBytes(), false));
  const cache = temporaryFolder();
  await resolveIn(cache, server.endpoint);
  const children = [
    resolveIn(cache, server.endpoint, 'q8'),
    resolveIn(cache, server.endpoint, 'q8'),
  ];
  const results = await Promise.all(children);
  const [first, second] = results.map(({ stdout }) => JSON.parse(stdout));
  expect(first).toMatchObject({
    record: { quantization: 'q8_0', provenance: { kind: 'quantized' } },
  });
  expect(second).toEqual(first);
  const makings = results
    .map(({ stderr }) => stderr)
    .join('\n')
    .match(/"step-started".*"tensors"/g);
  expect(makings).toHaveLength(1);
});

test('after kill -9 the next process takes the lock over and goes on where it ended', async () => {
  const bytes = await makeBytes();
  const slow = await startHubServer(hub(bytes, true));
  const cache = temporaryFolder();
  const child = resolveIn(cache, slow.endpoint);
  await new Promise<void>((resolve) => {
    child.stderr.on('data', (text: Buffer) => {
      if (text.includes('step-advanced')) {
        resolve();
      }
    });
  });
  child.kill('SIGKILL');
  await child;
  expect(existsSync(join(cache, `${PATH}.lock`))).toBe(true);
  expect(existsSync(join(cache, PATH))).toBe(false);
  const kept = statSync(join(cache, `${PATH}.partial`)).size;
  expect(kept).toBeGreaterThan(0);
  const server = await startHubServer(hub(bytes, false));
  const { stdout, stderr } = await resolveIn(cache, server.endpoint);
  expect(JSON.parse(stdout)).toMatchObject({ path: join(cache, PATH) });
  expect(stderr).toContain('another process is working on it');
  expect(server.ranges.at(-1)).toBe(`bytes=${kept}-`);
  expect(sha256Of(join(cache, PATH))).toBe(createHash('sha256').update(bytes).digest('hex'));
});

/** A mount of its own for the test's children: needs Linux, and rights or user namespaces. */
const UNSHARE = process.getuid?.() === 0 ? ['unshare', '-m'] : ['unshare', '-rm'];
const canMount =
  spawnSync(UNSHARE[0] ?? '', [...UNSHARE.slice(1), 'mount', '-t', 'tmpfs', 'none', '/mnt'])
    .status === 0;

function inMount(script: string, args: readonly string[]) {
  const [command = '', ...rest] = [...UNSHARE, 'sh', '-ec', script, 'sh', ...args];
  return execa(command, rest, { reject: false });
}

test.skipIf(!canMount)(
  'a full disk is one clear error, and nothing is taken for whole',
  async () => {
    const server = await startHubServer(hub(await makeBytes(), false));
    const cache = temporaryFolder();
    const script =
      'mount -t tmpfs -o size=1m none "$1"; "$2" "$3" "$1" "$4" hf:owner/tiny f16; find "$1" -name "*.gguf" >&2';
    const { stdout, stderr } = await inMount(script, [
      cache,
      process.execPath,
      CHILD,
      server.endpoint,
    ]);
    expect(JSON.parse(stdout)).toEqual({
      kind: 'environment',
      message: expect.stringMatching(
        /^EvalkitError: the disk of .*\/hub\/owner--tiny\/c{40} has .* free, and .* MB are needed; free some space, or choose another cache folder with EVALKIT_CACHE$/,
      ),
    });
    expect(stderr).not.toContain('tiny-F16.gguf\n');
  },
);

test.skipIf(!canMount)(
  'a disk that fills up while something is made is the same error',
  async () => {
    const server = await startHubServer(hub(await makeBytes(), false));
    const cache = temporaryFolder();
    const script =
      'mount -t tmpfs -o size=3m none "$1"; "$2" "$3" "$1" "$4" hf:owner/tiny f16; echo; "$2" "$3" "$1" "$4" hf:owner/tiny f32; find "$1" -name "*f32*" >&2';
    const { stdout, stderr } = await inMount(script, [
      cache,
      process.execPath,
      CHILD,
      server.endpoint,
    ]);
    const [first = '', second = ''] = stdout.split('\n');
    expect(JSON.parse(first)).toMatchObject({ record: { quantization: 'f16' } });
    expect(JSON.parse(second)).toMatchObject({
      kind: 'environment',
      message: expect.stringMatching(/the disk of .*\/made\/.* is full; free some space/),
    });
    expect(stderr).not.toMatch(/f32.*\.(?:gguf|partial)$/m);
  },
);

test.skipIf(!canMount)(
  'a read-only cache gives what it has, and is named for what it lacks',
  async () => {
    const server = await startHubServer(hub(await makeBytes(), false));
    const cache = temporaryFolder();
    const script =
      'mount -t tmpfs none "$1"; run() { "$2" "$3" "$1" "$4" hf:owner/tiny "$5"; echo; }; run "$@" f16; run "$@" q8; rm "$1"/hub/*/*/*.gguf.json; mount -o remount,ro "$1"; run "$@" f16; run "$@" q8; run "$@" q4_0';
    const args = [cache, process.execPath, CHILD, server.endpoint];
    const { stdout } = await inMount(script, args);
    const [f16, q8, f16Again, q8Again, q4] = stdout.split('\n').map((line) => JSON.parse(line));
    expect(f16Again).toMatchObject({ path: f16.path, record: { weights: f16.record.weights } });
    expect(q8Again).toMatchObject({ path: q8.path, record: { weights: q8.record.weights } });
    expect(q4).toEqual({
      kind: 'environment',
      message: expect.stringMatching(
        /cannot write .*\/made\/.*-to-q4_0\.gguf: the file system is read-only; choose another cache folder with EVALKIT_CACHE$/,
      ),
    });
  },
);
