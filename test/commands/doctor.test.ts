import { expect, test } from 'vitest';
import { doctorReportSchema } from '../../src/records/doctor-report.ts';
import { runCli } from '../fixtures/cli.ts';
import { humanevalPath } from '../fixtures/humaneval.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const DATA = await humanevalPath();

test('it names sandbox level, probes, Python and the self-test, and ends with 0', async () => {
  const { exitCode, stdout } = await runCli(['doctor', '--json'], {
    cwd: temporaryFolder(),
    env: { EVALKIT_DATA: DATA },
  });
  expect(exitCode).toBe(0);
  const { checks } = doctorReportSchema.parse(JSON.parse(stdout));
  const find = (name: string) => checks.find((check) => check.name === name);
  expect(find('sandbox')).toMatchObject({
    status: 'ok',
    detail: expect.stringMatching(/^L[23] \(/),
  });
  expect(find('Python')?.detail).toMatch(/^3\.\d+/);
  expect(find('self-test')).toMatchObject({ status: 'ok' });
  expect(checks.filter(({ name }) => name === 'probe').length).toBeGreaterThanOrEqual(7);
  expect(checks.filter(({ status }) => status !== 'ok')).toEqual([]);
});

test('without the data set the self-test is left out with a warning', async () => {
  const { exitCode, stdout } = await runCli(['doctor', '--offline'], { cwd: temporaryFolder() });
  expect(stdout).toMatch(/^warning {2}HumanEval: .*--offline/m);
  expect(stdout).not.toContain('self-test:');
  expect(exitCode).toBe(0);
});

test('an unsafe sandbox is a warning with what samples can do', async () => {
  const { exitCode, stdout } = await runCli(['doctor', '--offline', '--sandbox', 'unsafe'], {
    cwd: temporaryFolder(),
  });
  expect(stdout).toMatch(/^warning {2}sandbox: L1 /m);
  expect(stdout).toMatch(/^warning {2}probe: a sample can /m);
  expect(exitCode).toBe(0);
});

test('a machine on which nothing can be judged ends with 3', async () => {
  const cwd = temporaryFolder();
  const { exitCode, stdout } = await runCli(['doctor', '--sandbox', 'l3'], {
    cwd,
    env: { PATH: cwd },
  });
  expect(stdout).toMatch(/^FAILED {2}sandbox: no sandbox .*bwrap is not on the path/m);
  expect(exitCode).toBe(3);
});
