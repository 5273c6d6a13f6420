import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { humanevalPath } from '../fixtures/humaneval.ts';
import { makeTinyGguf } from '../fixtures/tiny-gguf.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The oldest Node that may start the command. */
const OLD_NODE = '20.20.2';

let folder: string;
/** PATH with the old Node first and without the folders where a dependency of ours puts its own. */
let searchPath: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evalkit-package-'));
  const outside = (process.env['PATH'] ?? '')
    .split(':')
    .filter((dir) => !dir.includes('node_modules'));
  await install(join(folder, 'old-node'), [`node@${OLD_NODE}`], outside.join(':'));
  searchPath = [join(folder, 'old-node', 'node_modules', 'node', 'bin'), ...outside].join(':');
  await execa('npm', ['pack', '--pack-destination', folder], {
    cwd: ROOT,
    env: { PATH: searchPath },
  });
  const { dependencies, version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const tarball = join(folder, `evalkit-${version}.tgz`);
  const lean = [
    `@node-llama-cpp/linux-${process.arch}@${dependencies['node-llama-cpp']}`,
    `@koromix/koffi-linux-${process.arch}@${dependencies.koffi}`,
  ];
  await install(join(folder, 'app'), ['--omit=optional', tarball, ...lean], searchPath);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Installs into a new folder. The binaries of this machine come by name, as README tells users. */
async function install(into: string, words: readonly string[], PATH: string): Promise<void> {
  await mkdir(into);
  await writeFile(join(into, 'package.json'), '{"private": true}');
  await execa('npm', ['install', '--no-audit', '--no-fund', ...words], {
    cwd: into,
    env: { PATH, NODE_LLAMA_CPP_SKIP_DOWNLOAD: 'true' },
  });
}

/** Runs the installed command with the `node` that the shell finds first. */
function evalkit(words: readonly string[], cwd: string) {
  return execa(join(folder, 'app', 'node_modules', '.bin', 'evalkit'), words, {
    cwd,
    env: {
      PATH: searchPath,
      EVALKIT_CACHE: join(folder, 'cache'),
      HF_ENDPOINT: 'http://127.0.0.1:9',
    },
    reject: false,
  });
}

test('the package holds what runs and nothing else', async () => {
  const { stdout } = await execa('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: ROOT,
    env: { PATH: searchPath },
  });
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  const tops = new Set(files.map(({ path }) => path.split('/')[0]));
  expect([...tops].toSorted()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'SECURITY.md',
    'bin',
    'data',
    'dist',
    'docs',
    'package.json',
    'presets',
    'src',
  ]);
  const source = files.map(({ path }) => path).filter((path) => path.startsWith('src/'));
  expect(source.filter((path) => !path.endsWith('.py'))).toEqual([]);
});

test('installed in an empty folder it makes a quantization, runs the job and reports it', async () => {
  const cwd = join(folder, 'work');
  await mkdir(cwd);
  await makeTinyGguf(join(cwd, 'tiny.gguf'));
  const words = ['--base', 'tiny.gguf', '--model', 'q8', '--limit', '3', '--prompt', 'raw'];
  const run = await evalkit(
    ['humaneval', ...words, '--max-tokens', '24', '--data', await humanevalPath(), '--json'],
    cwd,
  );
  expect(run.stderr).not.toContain('defect');
  expect(run.exitCode).toBe(0);
  expect(JSON.parse(run.stdout)).toMatchObject({
    status: 'partial',
    cells: [{ quantization: 'q8_0', passAt1: { total: 3 } }],
    versions: { node: expect.stringMatching(/^24\./) },
  });
});

test('in a checkout npx finds the command, without a build', async () => {
  const { stdout } = await execa('npx', ['--no', '--', 'evalkit', '--version'], {
    cwd: ROOT,
    env: { PATH: searchPath },
  });
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  expect(stdout).toBe(version);
});

test('the Node that starts it may be older than the one that runs it', async () => {
  const { stdout } = await execa('node', ['--version'], { env: { PATH: searchPath } });
  expect(stdout).toBe(`v${OLD_NODE}`);
  const { stdout: version, exitCode } = await evalkit(['--version'], folder);
  expect(exitCode).toBe(0);
  expect(version).toMatch(/^\d+\.\d+\.\d+$/);
});
