import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import pMap from 'p-map';
import { z } from 'zod';
import type { Sample } from '../../../src/sandbox/grader.ts';
import { findInterpreter } from '../../../src/sandbox/python/interpreter.ts';
import { openPythonSandbox } from '../../../src/sandbox/python/open.ts';
import { usersOfWorker } from '../../../src/sandbox/common/users.ts';
import { findSuite } from '../../../src/suites/index.ts';
import { suitePath, suiteTasks } from '../../../test/fixtures/suite-data.ts';

/*
 * What judging the canonical solutions of HumanEval+'s first tasks costs evalkit at L2 and EvalPlus 0.3.1, two
 * workers each, in turn: processor time and samples a second, once expected values are there.
 * `node bench/evalplus/cost/run.ts [TASKS] [ROUNDS]` (after `npm run bench:evalplus`, which installs EvalPlus)
 */

const PEER = fileURLToPath(new URL('../peer.py', import.meta.url));
const EVALPLUS = fileURLToPath(
  new URL('../../../node_modules/.cache/evalkit-test/evalplus-0.3.1', import.meta.url),
);
const WORKERS = 2;
/** sysconf(_SC_CLK_TCK): 100 on every Linux of today. */
const CLOCK_TICKS = 100;
/** Of each sample; one time less is what all else costs. */
const REPEATS = 6;

interface Cost {
  readonly cpuMs: number;
  readonly rate: number;
}

const [count = '14', rounds = '2'] = process.argv.slice(2);
const suite = findSuite('humaneval+');
const tasks = (await suiteTasks(suite)).slice(0, Number(count));
const user = usersOfWorker(0);
const setup = { python: undefined, packages: [], env: process.env, user };
const python = (await findInterpreter(setup)).executable;
const kept = new Map<string, Uint8Array>();

await judgeOurs(0); // finds the expected values
for (let round = 0; round < Number(rounds); round += 1) {
  const [ours, theirs] = [await cost(judgeOurs), await cost(judgeTheirs)];
  print(
    `n = ${tasks.length} samples × ${REPEATS}: evalkit ${text(ours)}, EvalPlus ${text(theirs)}, EvalPlus's processor time over evalkit's ${(theirs.cpuMs / ours.cpuMs).toFixed(2)}, evalkit's rate over EvalPlus's ${(ours.rate / theirs.rate).toFixed(2)}`,
  );
}

/** Of one sample, by the difference between each judged once and each judged so many times more. */
async function cost(judge: (repeats: number) => Promise<number>): Promise<Cost> {
  const cpu = async (repeats: number) => {
    const before = childrenCpuMs();
    const seconds = await judge(repeats);
    return { ms: childrenCpuMs() - before, seconds };
  };
  const [once, often] = [await cpu(1), await cpu(1 + REPEATS)];
  const samples = tasks.length * REPEATS;
  return {
    cpuMs: (often.ms - once.ms) / samples,
    rate: samples / (often.seconds - once.seconds),
  };
}

async function judgeOurs(repeats: number): Promise<number> {
  // bubblewrap does not hand on what its children used.
  await using sandbox = await openPythonSandbox({
    level: 'l2',
    python,
    workers: WORKERS,
    env: process.env,
    cache: {
      read: (name) => Promise.resolve(kept.get(name)),
      write: (name, content) => Promise.resolve(void kept.set(name, content)),
    },
  });
  const judgeAll = (samples: readonly Sample[]) =>
    pMap(samples, (sample) => sandbox.judge(sample), { concurrency: WORKERS });
  const samples = tasks.map((task) => ({
    task,
    completion: task.canonicalSolution,
    isTestPinned: true,
  }));
  await judgeAll(samples);
  const start = performance.now();
  await judgeAll(Array.from({ length: repeats }, () => samples).flat());
  return (performance.now() - start) / 1_000;
}

async function judgeTheirs(repeats: number): Promise<number> {
  const lines = Array.from({ length: repeats }, () =>
    tasks.map((task) =>
      JSON.stringify({ task_id: task.taskId, completion: task.canonicalSolution }),
    ),
  );
  const words = ['-s', '-S', '-B', PEER, EVALPLUS, 'humaneval', await suitePath(suite)];
  const { stdout } = await execa(python, words, {
    input: lines.flat().join('\n'),
    env: { PYTHONHASHSEED: '0', OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
    extendEnv: false,
    maxBuffer: 100_000_000,
  });
  return z.object({ seconds: z.number() }).parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''))
    .seconds;
}

/** Processor time of all children that have ended, and of theirs (proc(5), /proc/self/stat). */
function childrenCpuMs(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  const [userTicks = 0, systemTicks = 0] = fields.slice(13, 15).map(Number);
  return ((userTicks + systemTicks) * 1_000) / CLOCK_TICKS;
}

function text({ cpuMs, rate }: Cost): string {
  return `${cpuMs.toFixed(1)} ms of processor time a sample, ${rate.toFixed(0)} a second`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
