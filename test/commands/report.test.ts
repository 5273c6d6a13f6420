import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../fixtures/cli.ts';
import { completeRun, storeRun } from '../fixtures/stored-run.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

function setUp() {
  const cwd = temporaryFolder();
  storeRun(join(cwd, 'run'), completeRun());
  const report = (words: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    runCli(['report', 'run', ...words], { cwd, env });
  return { cwd, report };
}

test.each([
  ['terminal', 'Test: 3 of 3 tasks, complete'],
  ['md', '# Test: 3 of 3 tasks, complete'],
  ['json', '"status": "complete"'],
  ['junit', '<testcase classname="tiny:q8_0/greedy" name="Test/0"/>'],
  ['csv', 'tiny:q8_0/greedy,tiny,q8_0,greedy,,,passAt1.estimate,1,'],
])('--format %s goes to stdout or, the same, to --output', async (format, part) => {
  const { cwd, report } = setUp();
  const { exitCode, stdout } = await report(['--format', format]);
  expect(exitCode).toBe(0);
  expect(stdout).toContain(part);
  expect(await report(['--format', format, '--output', 'out'])).toEqual({
    exitCode: 0,
    stdout: '',
    stderr: '',
  });
  expect(readFileSync(join(cwd, 'out'), 'utf8')).toBe(stdout);
});

test('--format github appends to the step summary and prints annotations', async () => {
  const { cwd, report } = setUp();
  const file = join(cwd, 'summary.md');
  writeFileSync(file, 'before\n');
  const records = completeRun();
  storeRun(join(cwd, 'run'), { ...records, verdicts: records.verdicts.slice(1) });
  const { exitCode, stdout } = await report(['--format', 'github'], { GITHUB_STEP_SUMMARY: file });
  expect(exitCode).toBe(0);
  expect(readFileSync(file, 'utf8')).toMatch(/^before\n# Test: 3 of 3 tasks, incomplete\n/);
  expect(stdout).toMatch(
    /^::error title=evalkit%3A Test::tiny:q8_0\/greedy: 1 completion has no verdict/,
  );
});

test('--format github without a step summary is refused', async () => {
  const { report } = setUp();
  const { exitCode, stderr } = await report(['--format', 'github'], { GITHUB_STEP_SUMMARY: '' });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('GITHUB_STEP_SUMMARY');
});

test('an output that cannot be written is refused with exit 2', async () => {
  const { report } = setUp();
  const { exitCode, stderr } = await report(['--output', 'none/out']);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^evalkit: --output none\/out: .* is in a folder that does not exist/);
});
