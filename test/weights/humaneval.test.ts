import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findInterpreter } from '../../src/sandbox/python/interpreter.ts';
import { usersOfWorker } from '../../src/sandbox/common/users.ts';
import { readRun } from '../../src/store/run-store.ts';
import { reportSchema } from '../../src/records/report.ts';
import { runCli } from '../fixtures/cli.ts';
import { humanevalTasks } from '../fixtures/humaneval.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { weightsCache } from '../fixtures/weights.ts';
import { judgeByHumanEval } from '../sandbox/python/reference.ts';

/** Runs the main job on a few tasks with real weights, which a first run fetches. */
async function humaneval(...words: string[]) {
  const cwd = temporaryFolder();
  const run = await runCli(['humaneval', '--json', '--out', 'run', ...words], {
    cwd,
    env: { EVALKIT_CACHE: weightsCache() },
  });
  expect(run.stderr).not.toContain('defect');
  expect(run.exitCode).toBe(0);
  return { report: reportSchema.parse(JSON.parse(run.stdout)), folder: join(cwd, 'run') };
}

/** Sees that the original harness gives each answer of a run the verdict that we gave it. */
async function expectAgreement(folder: string) {
  const { executable } = await findInterpreter({
    python: undefined,
    packages: [],
    env: process.env,
    user: usersOfWorker(0),
  });
  const tasks = new Map((await humanevalTasks()).map((task) => [task.taskId, task]));
  const { verdicts } = readRun(folder);
  const samples = verdicts.flatMap(({ taskId, code = '' }) => {
    const task = tasks.get(taskId);
    return task === undefined ? [] : [{ task, completion: code }];
  });
  expect(samples).toHaveLength(verdicts.length);
  expect(await judgeByHumanEval(executable, samples)).toEqual(
    verdicts.map(({ outcome }) => outcome.kind === 'passed'),
  );
}

test('q8 is made from the published 4-bit file, which is said, and solves most of the first tasks', async () => {
  const { report, folder } = await humaneval('--model', 'q8', '--limit', '6');
  const [cell] = report.cells;
  expect(cell).toMatchObject({
    model: 'qwen2.5-coder-0.5b',
    quantization: 'q8_0',
    prompt: { mode: 'chat' },
    provenance: {
      kind: 'requantized',
      from: {
        quantization: 'q4_k_m',
        sha256: '1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32',
        bytes: 491_400_064,
      },
    },
    infrastructure: 0,
  });
  expect(report.warnings).toContainEqual(expect.stringContaining('quantized already (q4_k_m)'));
  expect(cell?.passAt1).toMatchObject({ total: 6 });
  expect(cell?.passAt1).toHaveProperty(
    'passed',
    expect.toSatisfy((passed: number) => passed >= 3),
  );
  await expectAgreement(folder);
});

test('the published 4-bit file is asked raw and stops at the next function', async () => {
  const { report, folder } = await humaneval(
    '--model',
    'q4_k_m',
    '--prompt',
    'raw',
    '--tasks',
    '0-3,HumanEval/23',
  );
  const [cell] = report.cells;
  expect(cell).toMatchObject({
    prompt: { mode: 'raw' },
    provenance: { kind: 'published', repo: 'Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF' },
    weights: { bytes: 491_400_064 },
    infrastructure: 0,
  });
  expect(cell?.passAt1).toMatchObject({ total: 5 });
  expect(cell?.passAt1).toHaveProperty(
    'passed',
    expect.toSatisfy((passed: number) => passed >= 2),
  );
  expect(cell?.stopReasons['max-tokens'] ?? 0).toBeLessThan(3);
  await expectAgreement(folder);
});
