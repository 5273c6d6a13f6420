import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { humanevalPath, humanevalTasks } from '../fixtures/humaneval.ts';
import { failing, greedyCell, recordedRun, writeRun } from '../fixtures/recorded-run.ts';
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

/** Runs a program that imports a file of the package and says of what type that is. */
function importing(name: string) {
  const code = `import value from 'evalkit/${name}' with { type: 'json' }; console.log(typeof value)`;
  return execa(process.execPath, ['--input-type=module', '-e', code], {
    cwd: join(folder, 'app'),
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
    'CONTRIBUTING.md',
    'LICENSE',
    'README.md',
    'SECURITY.md',
    'action',
    'action.yml',
    'bin',
    'data',
    'dist',
    'docs',
    'examples',
    'package.json',
    'presets',
    'src',
  ]);
  const source = files.map(({ path }) => path).filter((path) => path.startsWith('src/'));
  // What is run, read or shown as it stands.
  const asTheyStand = [
    /^src\/sandbox\/(?:python\/processes\/.*\.py|javascript\/processes\/.*\.js)$/,
    /^src\/(?:engines\/torch\/worker|models\/convert\/program)\/(?!.*__pycache__).*\.py$/,
    /^src\/environments\/locks\/[a-z]+\.txt$/,
    /^src\/report\/formats\/html\/page\/[a-z]+\.(?:js|css)$/,
  ];
  expect(source.filter((path) => !asTheyStand.some((form) => form.test(path)))).toEqual([]);
});

test('what the pages for users link to is in the package', async () => {
  const installed = join(folder, 'app', 'node_modules', 'evalkit');
  const docs = await readdir(join(installed, 'docs'), { recursive: true });
  const pages = ['README.md', 'SECURITY.md', ...docs.map((name) => join('docs', name))];
  for (const page of pages.filter((name) => name.endsWith('.md'))) {
    const text = await readFile(join(installed, page), 'utf8');
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)) {
      await expect(
        stat(join(installed, dirname(page), target)),
        `${page}: ${target}`,
      ).resolves.toBeDefined();
    }
  }
});

test('installed in an empty folder it makes a quantization, runs the job and reports it', async () => {
  const cwd = join(folder, 'work');
  await mkdir(cwd);
  await makeTinyGguf(join(cwd, 'tiny.gguf'));
  const data = await humanevalPath();
  const words = ['--base', 'tiny.gguf', '--model', 'q8', '--limit', '3', '--prompt', 'raw'];
  const run = await evalkit(
    ['humaneval', ...words, '--max-tokens', '24', '--data', data, '--out', 'run', '--json'],
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

/** A program that uses every function of the library; prints what they gave. */
const PROGRAM = `
import { compare, EvalkitError, gate, judge, type Judged, readRun, type Report, summarize } from 'evalkit';

const [run = '', samples = '', data = ''] = process.argv.slice(2);
const records = readRun(run);
const report: Report | undefined = records.kind === 'humaneval' ? summarize(records) : undefined;
const judged: Judged = await judge({ samples, data, run: 'judged', k: [1], workers: 1 });
const errors: string[] = [];
const refused = (error: unknown): void => {
  errors.push(error instanceof EvalkitError ? error.kind : String(error));
};
try {
  compare({ reference: run });
} catch (error) {
  refused(error);
}
await gate({ run, limits: { maxDrop: 0.1 } }).catch(refused);
console.log(JSON.stringify({ cells: report?.cells.length, verdicts: judged.verdicts.length, errors }));
`;

test('a program compiles against the library in both resolutions, and runs', async () => {
  const app = join(folder, 'app');
  const example = join(app, 'node_modules', 'evalkit', 'examples', 'library', 'lost-tasks.ts');
  await writeFile(join(app, 'package.json'), '{"private": true, "type": "module"}');
  await writeFile(join(app, 'program.ts'), PROGRAM);
  await writeFile(join(app, 'lost-tasks.ts'), await readFile(example));
  for (const [moduleResolution, module] of [
    ['bundler', 'preserve'],
    ['node16', 'node16'],
  ]) {
    const compilerOptions = {
      strict: true,
      target: 'es2022',
      module,
      moduleResolution,
      outDir: 'out',
      rootDir: '.',
      typeRoots: [join(ROOT, 'node_modules', '@types')],
      types: ['node'],
    };
    const config = { compilerOptions, files: ['program.ts', 'lost-tasks.ts'] };
    await writeFile(join(app, 'tsconfig.json'), JSON.stringify(config));
    const tsc = join(ROOT, 'node_modules', '.bin', 'tsc');
    const { exitCode, stdout } = await execa(tsc, ['-p', app], { reject: false });
    expect(stdout).toBe('');
    expect(exitCode).toBe(0);
  }
  const [task] = await humanevalTasks();
  const sample = { task_id: task?.taskId, completion: task?.canonicalSolution };
  await writeFile(join(folder, 'samples.jsonl'), `${JSON.stringify(sample)}\n`);
  const words = [join(folder, 'work', 'run'), join(folder, 'samples.jsonl'), await humanevalPath()];
  const program = join(app, 'out', 'program.js');
  const { stdout } = await execa(process.execPath, [program, ...words], { cwd: folder });
  expect(JSON.parse(stdout)).toEqual({ cells: 1, verdicts: 1, errors: ['usage', 'usage'] });
});

test('the example reads runs and says which tasks of its class were lost', async () => {
  const at = join(folder, 'example');
  for (const [name, quantization, failed] of [
    ['reference', 'f16', 60],
    ['candidate', 'q8_0', 70],
  ] as const) {
    const cell = { cell: greedyCell(quantization), passes: failing(failed) };
    writeRun(join(at, name), recordedRun([cell]));
  }
  const example = join(folder, 'app', 'out', 'lost-tasks.js');
  const run = (...words: string[]) =>
    execa(process.execPath, [example, ...words], { cwd: at, reject: false });
  // Tasks of our own are none of HumanEval's about sorting.
  expect(await run('reference', 'candidate')).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('candidate#tiny:q8_0/greedy: 0 lost'),
  });
  expect(await run('reference', 'none')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('no run in'),
  });
});

test('under an older Node the library says which it needs', async () => {
  const words = ['--input-type=module', '-e', "import 'evalkit'"];
  const { exitCode, stderr } = await execa('node', words, {
    cwd: join(folder, 'app'),
    env: { PATH: searchPath },
    reject: false,
  });
  expect(exitCode).toBe(1);
  expect(stderr).toContain(
    `EvalkitError: evalkit as a library needs Node 24 or newer, and this is ${OLD_NODE}`,
  );
});

test('nothing else of the package can be imported, but its schemas', async () => {
  expect(await importing('schemas/gate.json')).toMatchObject({ stdout: 'object' });
  expect((await importing('dist/cli.js')).stderr).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
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
