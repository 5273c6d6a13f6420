import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findEnvironment } from '../../src/environments/find.ts';
import { environmentFolder } from '../../src/environments/marker.ts';
import { environmentListSchema } from '../../src/records/environment-list.ts';
import { runCli, startCli } from '../fixtures/cli.ts';
import { startHangingIndex } from '../fixtures/hanging-index.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { writeWheel } from '../fixtures/wheel.ts';

/** Where the environment lies in a test's own cache. */
function folderOf(cwd: string): string {
  return environmentFolder('convert', { EVALKIT_CACHE: join(cwd, 'cache') });
}

function install(cwd: string, env: Readonly<Record<string, string>> = {}, ...words: string[]) {
  return runCli(['engine', 'install', 'convert', ...words], { cwd, env });
}

async function list(cwd: string, env: Readonly<Record<string, string>> = {}) {
  const { stdout } = await runCli(['engine', 'list', '--json'], { cwd, env });
  return environmentListSchema.parse(JSON.parse(stdout));
}

async function convertIn(cwd: string) {
  return (await list(cwd)).environments.find(({ name }) => name === 'convert');
}

/** A script that says what a Python would. */
function writePython(folder: string, answer: string): string {
  const path = join(folder, 'python');
  writeFileSync(path, `#!/bin/sh\necho '${answer}'\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Wheels of every package in the lock, each another file than the locked one. */
function writeImpostors(folder: string): void {
  const lock = readFileSync(
    new URL('../../src/environments/locks/convert.txt', import.meta.url),
    'utf8',
  );
  for (const [, name = '', version = ''] of lock.matchAll(/^(\S+)==(\S+)/gm)) {
    writeWheel(folder, { name, version, member: 'other.py' }, new Uint8Array(1));
  }
}

test('one process makes an environment from the package index while another waits; then it is found', async () => {
  const cwd = temporaryFolder();
  const both = await Promise.all([install(cwd), install(cwd)]);
  for (const { exitCode, stdout, stderr } of both) {
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain(
      'convert (evalkit convert: safetensors to GGUF)\n  installed, Python 3.',
    );
    expect(stdout).toContain('gguf 0.19.0');
  }
  const [maker, other] = both.toSorted((one) => (one.stderr.includes('about 200 MB') ? -1 : 1));
  expect(maker?.stderr).toMatch(/^convert: about 200 MB on the disk, 30s on a fast line; /m);
  expect(other?.stderr).toContain('another process is working on it; waiting for it to finish');
  expect(other?.stderr).toContain('convert: already there, ');
  expect(existsSync(join(folderOf(cwd), 'tmp'))).toBe(false);
  // A folder of another lock is told, and not used.
  const older = join(cwd, 'cache', 'environments', 'convert', '0123456789ab');
  mkdirSync(older);
  expect(await convertIn(cwd)).toMatchObject({
    state: 'installed',
    build: 'plain',
    packages: { gguf: '0.19.0', numpy: '2.4.6' },
    older: [older],
  });
});

test('a package that is another file than the locked one is refused, and nothing half is left', async () => {
  const cwd = temporaryFolder();
  writeImpostors(cwd);
  const { exitCode, stderr } = await install(cwd, { PIP_NO_INDEX: '1', PIP_FIND_LINKS: cwd });
  expect(exitCode).toBe(3);
  expect(stderr).toMatch(
    /^evalkit: convert: the package index has another file of \S+==\S+ than evalkit knows \(sha256 [\da-f]{64}\); nothing of it was installed; see which index pip uses with pip config list\n$/m,
  );
  expect(existsSync(folderOf(cwd))).toBe(false);
});

test('a package that the index lacks is named', async () => {
  const cwd = temporaryFolder();
  const { exitCode, stderr } = await install(cwd, { PIP_NO_INDEX: '1', PIP_FIND_LINKS: cwd });
  expect(exitCode).toBe(3);
  expect(stderr).toMatch(/evalkit: convert: the package index has no anyio==\S+ for this system/);
  expect(existsSync(folderOf(cwd))).toBe(false);
});

test('Ctrl-C ends pip and leaves nothing half', async () => {
  const cwd = temporaryFolder();
  const index = await startHangingIndex();
  const running = startCli(['engine', 'install', 'convert'], {
    cwd,
    env: { PIP_INDEX_URL: index.url, PIP_EXTRA_INDEX_URL: index.url },
  });
  await index.asked;
  running.kill('SIGINT');
  expect((await running).exitCode).toBe(130);
  await index.left;
  expect(existsSync(folderOf(cwd))).toBe(false);
});

test('a killed install takes pip with it, is never used, and is cleaned by the next', async () => {
  const cwd = temporaryFolder();
  const index = await startHangingIndex();
  const running = startCli(['engine', 'install', 'convert'], {
    cwd,
    env: { PIP_INDEX_URL: index.url, PIP_EXTRA_INDEX_URL: index.url },
  });
  await index.asked;
  running.kill('SIGKILL');
  await running;
  await index.left;
  expect(existsSync(join(folderOf(cwd), 'bin'))).toBe(true);
  expect(await convertIn(cwd)).toMatchObject({ state: 'absent' });
  await install(cwd, { PIP_NO_INDEX: '1', PIP_FIND_LINKS: cwd });
  expect(existsSync(folderOf(cwd))).toBe(false);
});

test.each([
  ['a name that is none', ['torhc'], 2, 'no Python environment is called torhc; nearest: torch ('],
  ['--offline', ['convert', '--offline'], 2, '--offline: environments are made of packages'],
  [
    'no Python',
    ['convert', '--python', 'no-python'],
    3,
    'there is no Python called no-python here',
  ],
])('%s is refused before anything is made', async (_, words, code, message) => {
  const cwd = temporaryFolder();
  const { exitCode, stderr } = await runCli(['engine', 'install', ...words], { cwd });
  expect(exitCode).toBe(code);
  expect(stderr).toContain(`evalkit: ${message}`);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(existsSync(join(cwd, 'cache'))).toBe(false);
});

test('a Python that is too old, or cannot make environments, is refused with what to do', async () => {
  const cwd = temporaryFolder();
  const old = writePython(cwd, '{"version": [3, 9, 2], "missing": []}');
  expect((await install(cwd, {}, '--python', old)).stderr).toBe(
    `evalkit: ${old} is Python 3.9.2, and Python 3.11 to 3.14 is needed; name one with --python\n`,
  );
  const bare = writePython(cwd, '{"version": [3, 12, 2], "missing": ["ensurepip"]}');
  const { exitCode, stderr } = await install(cwd, {}, '--python', bare);
  expect(exitCode).toBe(3);
  expect(stderr).toContain(
    'without the module ensurepip, which makes environments; install it (on',
  );
});

test('a Python of the user is asked for what each backend needs', async () => {
  const cwd = temporaryFolder();
  const found = await list(cwd, { EVALKIT_ENGINE_PYTHON: 'python3' });
  const bitsandbytes = found.environments.find(({ name }) => name === 'bitsandbytes');
  expect(bitsandbytes).toMatchObject({ state: 'absent' });
  expect(bitsandbytes?.reason).toMatch(
    /^EVALKIT_ENGINE_PYTHON python3 has not all that bitsandbytes needs: python3 -m pip install .*bitsandbytes==/,
  );
  await expect(
    findEnvironment('torch', {
      env: { EVALKIT_CACHE: cwd },
      cwd,
      signal: new AbortController().signal,
    }),
  ).rejects.toThrow(
    'the Python environment torch is not installed; evalkit engine install torch makes it',
  );
  const gone = await list(cwd, { EVALKIT_ENGINE_PYTHON: './gone' });
  expect(gone.environments[0]?.reason).toMatch(/^EVALKIT_ENGINE_PYTHON \.\/gone does not run: /);
});
