import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import pMap from 'p-map';
import { z } from 'zod';
import { sampleLineSchema } from '../../src/records/sample-line.ts';
import type { Judgement, Sample } from '../../src/sandbox/grader.ts';
import { findInterpreter } from '../../src/sandbox/python/interpreter.ts';
import { openPythonSandbox } from '../../src/sandbox/python/open.ts';
import { usersOfWorker } from '../../src/sandbox/common/users.ts';
import { findSuite } from '../../src/suites/index.ts';
import { suitePath, suiteTasks } from '../../test/fixtures/suite-data.ts';
import { mutantsOf } from '../../test/sandbox/python/mutations.ts';

/*
 * Verdicts on a suite of EvalPlus's, humaneval+ or mbpp+, next to EvalPlus 0.3.1's: the same samples,
 * the same interpreter, one after the other, with what each took once it had the expected values.
 * Canonical solutions, every SHARE-th of their mutants, and the samples of FILES (JSON lines with
 * task_id and completion).
 * `npm run bench:evalplus -- [SUITE] [SHARE] [FILES…]`
 */

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/evalkit-test/', import.meta.url));
const PEER = fileURLToPath(new URL('peer.py', import.meta.url));
const PACKAGES = ['evalplus==0.3.1', 'numpy', 'psutil', 'appdirs', 'tempdir', 'wget', 'tqdm'];
const WORKERS = 2;
const THEIR_NAMES: Readonly<Record<string, string>> = {
  'humaneval+': 'humaneval',
  'mbpp+': 'mbpp',
};

interface Named extends Sample {
  readonly source: string;
}

/** Of base and plus, whether it passed; as EvalPlus reports it, plus needs base. */
interface Verdict {
  readonly base: boolean;
  readonly plus: boolean;
  readonly why: string;
}

const [name = 'humaneval+', share = '8', ...files] = process.argv.slice(2);
const suite = findSuite(name);
const tasks = await suiteTasks(suite);
const python = (
  await findInterpreter({
    python: undefined,
    packages: [],
    env: process.env,
    user: usersOfWorker(0),
  })
).executable;
const samples = [...canonical(), ...mutants(), ...(await Promise.all(files.map(samplesIn))).flat()];
const { verdicts: ours, seconds: ourSeconds } = await judgeOurs();
const { verdicts: theirs, seconds: theirSeconds } = await judgeTheirs();
for (const source of new Set(samples.map((sample) => sample.source))) {
  report(source);
}
const [ourRate, theirRate] = [samples.length / ourSeconds, samples.length / theirSeconds];
print(
  `${samples.length} samples, ${WORKERS} workers: evalkit ${ourRate.toFixed(1)} a second, EvalPlus ${theirRate.toFixed(1)}, ratio ${(ourRate / theirRate).toFixed(2)}`,
);

function canonical(): Named[] {
  return tasks.map((task) => ({
    task,
    completion: task.canonicalSolution,
    source: 'canonical solutions',
  }));
}

function mutants(): Named[] {
  return tasks
    .flatMap((task) =>
      mutantsOf(task.canonicalSolution).map(({ text }) => ({
        task,
        completion: text,
        source: 'mutants of them',
      })),
    )
    .filter((_, index) => index % Number(share) === 0);
}

async function samplesIn(path: string): Promise<Named[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line.trim() !== '');
  return lines.flatMap((line) => {
    const { task_id: taskId, completion } = sampleLineSchema
      .extend({ completion: z.string() })
      .parse(JSON.parse(line));
    const task = tasks.find((each) => each.taskId === taskId);
    return task === undefined ? [] : [{ task, completion, source: basename(path) }];
  });
}

interface Judged {
  readonly verdicts: readonly Verdict[];
  readonly seconds: number;
}

async function judgeOurs(): Promise<Judged> {
  const options = { level: 'auto', python, workers: WORKERS, env: process.env } as const;
  await using sandbox = await openPythonSandbox(options);
  const judgeAll = (some: readonly Named[]) =>
    pMap(
      some,
      async (sample) => verdictOf(await sandbox.judge({ ...sample, isTestPinned: true })),
      { concurrency: WORKERS },
    );
  // The first sample of a task waits for its expected values.
  await judgeAll(canonical().filter(({ task }) => samples.some((sample) => sample.task === task)));
  const start = performance.now();
  const verdicts = await judgeAll(samples);
  return { verdicts, seconds: (performance.now() - start) / 1_000 };
}

function verdictOf(judgement: Judgement): Verdict {
  if (judgement.kind === 'infrastructure') {
    return { base: false, plus: false, why: `no verdict: ${judgement.detail}` };
  }
  const { outcome, parts } = judgement;
  return {
    base: parts?.['base']?.kind === 'passed',
    plus: outcome.kind === 'passed',
    why: outcome.kind === 'passed' ? 'passed' : `${outcome.cause}: ${outcome.detail}`,
  };
}

async function judgeTheirs(): Promise<Judged> {
  const folder = join(CACHE, 'evalplus-0.3.1');
  if (!existsSync(join(folder, 'evalplus'))) {
    const install = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--target', folder];
    await execa(python, [...install, ...PACKAGES]);
  }
  const lines = samples.map(({ task, completion }) =>
    JSON.stringify({ task_id: task.taskId, completion }),
  );
  const { stdout } = await execa(
    python,
    ['-s', '-S', '-B', PEER, folder, THEIR_NAMES[name] ?? name, await suitePath(suite)],
    {
      input: lines.join('\n'),
      env: {
        PYTHONHASHSEED: '0',
        OMP_NUM_THREADS: '1',
        OPENBLAS_NUM_THREADS: '1',
      },
      extendEnv: false,
      maxBuffer: 100_000_000,
    },
  );
  const { verdicts, seconds } = z
    .object({ verdicts: z.array(z.tuple([z.string(), z.string()])), seconds: z.number() })
    .parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
  return {
    seconds,
    verdicts: verdicts.map(([base, plus]) => ({
      base: base === 'pass',
      plus: base === 'pass' && plus === 'pass',
      why: `base ${base}, plus ${plus}`,
    })),
  };
}

function report(source: string): void {
  const rows = samples
    .map((sample, index) => ({ sample, one: ours[index], other: theirs[index] }))
    .filter(({ sample }) => sample.source === source);
  const same = rows.filter(
    ({ one, other }) => one?.base === other?.base && one?.plus === other?.plus,
  );
  const count = (pick: (row: (typeof rows)[number]) => boolean | undefined): number =>
    rows.filter(pick).length;
  print(
    `${source}: ${same.length} of ${rows.length} the same; passed base/plus: evalkit ${count((row) => row.one?.base)}/${count((row) => row.one?.plus)}, EvalPlus ${count((row) => row.other?.base)}/${count((row) => row.other?.plus)}`,
  );
  for (const { sample, one, other } of rows.filter((row) => !same.includes(row))) {
    print(`  ${sample.task.taskId}: evalkit ${one?.why}; EvalPlus ${other?.why}`);
    print(`    ${JSON.stringify(sample.completion.slice(0, 400))}`);
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
