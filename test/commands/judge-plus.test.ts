import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { judgeReportSchema } from '../../src/records/judge-report.ts';
import { runCli } from '../fixtures/cli.ts';
import { humanevalPlusPath, humanevalPlusTasks } from '../fixtures/humaneval.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const DATA = await humanevalPlusPath();
const [FIRST] = await humanevalPlusTasks();

/** Of one task: right; right for the base inputs alone; wrong. */
const SAMPLES = [
  FIRST?.canonicalSolution,
  FIRST?.canonicalSolution.replace(' < ', ' <= '),
  '    return None\n',
].map((completion) => ({ task_id: FIRST?.taskId, completion }));

function setUp() {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 's.jsonl'), SAMPLES.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const judge = (...words: string[]) =>
    runCli(['judge', 's.jsonl', '--data', DATA, ...words], { cwd });
  return { cwd, judge };
}

test('base and plus stand side by side, and plus is the headline', async () => {
  const { cwd, judge } = setUp();
  const { exitCode, stdout } = await judge('--suite', 'humaneval+');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('HumanEval+: 3 samples of 1 of 164 tasks');
  expect(stdout).toContain('data set: HumanEval+, suite humaneval+ 0.1.10');
  expect(stdout).toMatch(/pass@1 base: 66\.7 %/);
  expect(stdout).toMatch(/pass@1 plus: 33\.3 %/);
  const results = readFileSync(join(cwd, 's.jsonl_results.jsonl'), 'utf8').trim().split('\n');
  expect(results.map((line) => JSON.parse(line))).toMatchObject([
    { passed: true, parts: { base: true, plus: true } },
    { passed: false, cause: 'assertion', parts: { base: true, plus: false } },
    { passed: false, cause: 'assertion', parts: { base: false, plus: false } },
  ]);
  const { stdout: json } = await judge('--suite', 'humaneval+', '--json');
  expect(judgeReportSchema.parse(JSON.parse(json))).toMatchObject({
    dataset: { suite: { name: 'humaneval+', version: '0.1.10' } },
    passAtK: { 1: { estimate: expect.closeTo(1 / 3) } },
    parts: {
      base: { passAtK: { 1: { estimate: expect.closeTo(2 / 3) } } },
      plus: { passAtK: { 1: { estimate: expect.closeTo(1 / 3) } } },
    },
  });
});

test('its data are not judged as HumanEval: the inputs would be lost', async () => {
  const { exitCode, stderr } = await setUp().judge();
  expect(exitCode).toBe(2);
  expect(stderr).toContain('--suite humaneval+');
});
