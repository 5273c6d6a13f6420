import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { taskReportSchema } from '../../src/records/task-report.ts';
import { runCli } from '../fixtures/cli.ts';
import { humanevalPath } from '../fixtures/humaneval.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const DATA = await humanevalPath();
const RIGHT =
  '    for i, a in enumerate(numbers):\n        for j, b in enumerate(numbers):\n' +
  '            if i != j and abs(a - b) < threshold:\n                return True\n    return False\n';
/** A completion that would clear a terminal, and end a fence. */
const WRONG = '    # \u001b[2J ```\n    return True\n';

function samples(first: string): string {
  return [first, '    return []\n']
    .map((completion, task) => `${JSON.stringify({ task_id: `HumanEval/${task}`, completion })}\n`)
    .join('');
}

/** A run of two cells on HumanEval/0 and /1, one of which is wrong on the first. */
async function setUp() {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'good.jsonl'), samples(RIGHT));
  writeFileSync(join(cwd, 'bad.jsonl'), samples(WRONG));
  const env = { EVALKIT_DATA: DATA };
  const cli = (...words: string[]) => runCli(words, { cwd, env });
  const models = 'scripted:good.jsonl,scripted:bad.jsonl';
  const made = await cli('humaneval', '--model', models, '--out', 'run', '--limit', '2');
  expect(made.exitCode, made.stderr).toBe(0);
  return { cwd, cli };
}

test('a report of one cell is refused: it shows all of them', async () => {
  const { cli } = await setUp();
  const { exitCode, stdout, stderr } = await cli('report', 'run#bad');
  expect(stderr).toMatch(/^evalkit: run#bad: a report shows all cells of a run; leave #bad out/);
  expect(stdout).toBe('');
  expect(exitCode).toBe(2);
});

test('a task is shown with its prompt, each completion, verdict, cause, and what the test saw', async () => {
  const { cli } = await setUp();
  const { exitCode, stdout } = await cli('show', 'run', '0');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('def has_close_elements');
  expect(stdout).toMatch(/good:scripted\/greedy +1 of 1 +passed/);
  expect(stdout).toMatch(/bad:scripted\/greedy +0 of 1 +failed +assertion/);
  expect(stdout).toMatch(/verdict: failed, assertion: .*assert candidate\(.*last answer: True/);
  // Two cells: how they differ. Nothing that steers a terminal.
  expect(stdout).toContain('-    for i, a in enumerate(numbers):');
  expect(stdout).toContain('\\u{1b}[2J');
  expect(stdout).not.toContain('\u001b');
  const md = (await cli('show', 'run', '0', '--format', 'md')).stdout;
  expect(md).toContain('````text\n    # \\u{1b}[2J ```\n');

  const json = await cli('show', 'run#BAD', 'humaneval/0', '--json', '--data', 'bad.jsonl');
  expect(json.stderr).toContain('--data bad.jsonl is not the data set of this run');
  const report = taskReportSchema.parse(
    JSON.parse((await cli('show', 'run#bad', 'humaneval/0', '--json')).stdout),
  );
  expect(report).toMatchObject({
    taskId: 'HumanEval/0',
    cells: [{ cell: 'bad:scripted/greedy', completion: { text: WRONG }, code: WRONG }],
  });
  expect(report.difference).toBeUndefined();
});

test('what a run does not have is refused, with the nearest', async () => {
  const { cli } = await setUp();
  const { exitCode, stderr } = await cli('show', 'run', '0', '--sample-index', '1');
  expect(stderr).toContain('--sample-index 1: run has one completion of a task; name one of them');
  expect(exitCode).toBe(2);
  expect((await cli('show', 'run', '99')).stderr).toMatch(/there is no task 99 in run, which/);
});

test.each([
  ['bench/grid', /holds a grid of evalkit bench, which has times of a grid and no tasks/],
  ['perplexity/ppl', /holds scores of evalkit perplexity, which has scores of a text and no tasks/],
])('%s has no tasks to show, and says so', async (folder, message) => {
  const run = fileURLToPath(new URL(`../fixtures/runs-v1/${folder}`, import.meta.url));
  const { exitCode, stderr } = await runCli(['show', run, '1'], { cwd: temporaryFolder() });
  expect(stderr).toMatch(message);
  expect(exitCode).toBe(2);
});

test('compare groups its flips, lists so many, and takes a part of a cell name', async () => {
  const { cli } = await setUp();
  const one = await cli('compare', 'run#good', 'run#bad');
  expect(one.stdout).toMatch(/lost, assertion: 1 task: HumanEval\/0/);
  expect(one.stdout).toContain('lost: HumanEval/0 in bad:scripted/greedy');
  const none = await cli('compare', 'run#good', 'run#bad', '--flips', '0');
  expect(none.stdout).toContain('not listed below: 1 of them; --flips all lists every one');
  expect(none.stdout).not.toContain('lost: HumanEval/0 in');
  expect((await cli('compare', 'run', '--flips', 'some')).stderr).toContain(
    '--flips some: must be all, or an integer from 0',
  );
});

test('JUnit has times, and failures of lost tasks alone where that is asked', async () => {
  const { cli } = await setUp();
  const all = await cli('report', 'run', '--format', 'junit');
  // HumanEval/0 of one cell and HumanEval/1 of both are wrong.
  expect(all.stdout).toMatch(/<testsuites [^>]*failures="3"/);
  expect(all.stdout).toMatch(/<testcase [^>]*time="\d+(\.\d+)?"/);
  expect(all.stdout).toMatch(/<testsuite [^>]*time="\d/);
  const words = '--format junit --junit-failures lost --baseline run#good'.split(' ');
  const lost = await cli('report', 'run', ...words);
  expect(lost.stdout).toMatch(/<testsuites [^>]*failures="1"[^>]*skipped="2"/);
  expect(lost.stdout).toContain('not lost: run#good:scripted/greedy passes 0 of 1');
  const unused = await cli('report', 'run', '--junit-failures', 'lost');
  expect(unused.stderr).toContain(
    '--junit-failures lost says what JUnit shows; give --format junit',
  );
  expect(unused.exitCode).toBe(2);
});
