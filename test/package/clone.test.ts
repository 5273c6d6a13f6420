import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { action } from '../fixtures/action.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The CPU builds for x86-64 and ARM have 50 MB together; CUDA alone has ten times that. */
const LEAN_BYTES = 100e6;

let folder: string;
let clone: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evalkit-clone-'));
  clone = join(folder, 'evalkit');
  await execa('git', ['clone', '--quiet', '--no-hardlinks', ROOT, clone]);
  await execa('npm', ['install'], { cwd: clone });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function bytesBelow(path: string): Promise<number> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

test('a plain npm install in a fresh clone brings no GPU build and compiles nothing', async () => {
  const modules = join(clone, 'node_modules');
  const libraries = (await readdir(modules, { recursive: true })).filter((name) =>
    /ggml-(?:cuda|vulkan).*\.so|libcu\w+\.so/.test(name),
  );
  expect(libraries).toEqual([]);
  expect(await bytesBelow(join(modules, '@node-llama-cpp'))).toBeLessThan(LEAN_BYTES);
  await expect(stat(join(modules, 'node-llama-cpp', 'llama', 'localBuilds'))).rejects.toThrow(
    'ENOENT',
  );
});

test('the install changes nothing that is committed', async () => {
  const { stdout } = await execa('git', ['status', '--porcelain'], { cwd: clone });
  expect(stdout).toBe('');
});

test.each(['npm@10', 'npm@11'])(
  'the install of the action works in a clean clone with %s and changes nothing',
  async (npm) => {
    const fresh = join(folder, npm);
    await execa('git', ['clone', '--quiet', '--no-hardlinks', ROOT, fresh]);
    const install = action.runs.steps.find(({ name }) => name === 'Install evalkit');
    // The step says npm: this one, from wherever the job stands.
    const script = `npm() { npx --yes ${npm} "$@"; }\n${install?.run}`;
    const { exitCode, stderr } = await execa('bash', ['-eo', 'pipefail', '-c', script], {
      cwd: folder,
      env: { GITHUB_ACTION_PATH: fresh },
      reject: false,
    });
    expect(exitCode, stderr).toBe(0);
    const bin = join(fresh, 'bin', 'evalkit.js');
    expect((await execa(process.execPath, [bin, '--version'])).stdout).toMatch(/^\d+\.\d+\.\d+$/);
    expect((await execa('git', ['status', '--porcelain'], { cwd: fresh })).stdout).toBe('');
    await rm(fresh, { recursive: true });
  },
);

// The first that takes no lock file without the packages of every platform.
test('npm 11.6.2 takes the lock file as it is', async () => {
  const { exitCode, stderr } = await execa('npx', ['--yes', 'npm@11.6.2', 'ci', '--dry-run'], {
    cwd: clone,
    reject: false,
  });
  expect(exitCode, stderr).toBe(0);
});

test('the clone knows its models without a build, a cache or a network', async () => {
  const { stdout } = await execa('npx', ['--no', '--', 'evalkit', 'models', '--json'], {
    cwd: clone,
    env: { EVALKIT_CACHE: join(folder, 'cache') },
  });
  expect(JSON.parse(stdout)).toMatchObject({ cache: { bytes: 0 }, others: [] });
});

test('doctor ends with 3 where llama.cpp cannot be loaded, and says so in one object', async () => {
  await rm(join(clone, 'node_modules', '@node-llama-cpp'), { recursive: true });
  const { exitCode, stdout } = await execa(
    'npx',
    ['--no', '--', 'evalkit', 'doctor', '--offline', '--json'],
    { cwd: clone, env: { EVALKIT_CACHE: join(folder, 'cache') }, reject: false },
  );
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout).checks).toContainEqual({
    name: 'llama.cpp',
    status: 'failed',
    detail: expect.stringMatching(/^llama\.cpp cannot be loaded: .*; install evalkit again/),
  });
});
