import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { failing, greedyCell, recordedRun, writeRun } from './fixtures/recorded-run.ts';
import { temporaryFolder } from './fixtures/temporary-folder.ts';
import { setUpTinyRun } from './fixtures/tiny-run.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const stepSchema = z.object({
  name: z.string().optional(),
  uses: z.string().optional(),
  if: z.string().optional(),
  shell: z.string().optional(),
  run: z.string().optional(),
  env: z.record(z.string(), z.string()).default({}),
});

const action = z
  .object({
    inputs: z.record(z.string(), z.object({ default: z.string().default('') })),
    outputs: z.record(z.string(), z.object({ value: z.string() })),
    runs: z.object({ using: z.literal('composite'), steps: z.array(stepSchema) }),
  })
  .parse(parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')));

const workflow = z
  .object({
    permissions: z.record(z.string(), z.string()),
    jobs: z.object({
      gate: z.object({
        steps: z.array(stepSchema.extend({ with: z.record(z.string(), z.unknown()).default({}) })),
      }),
    }),
  })
  .parse(parse(readFileSync(join(ROOT, 'examples/github-workflow.yml'), 'utf8')));

/** Runs the script of a step as GitHub does, with its inputs and its files. */
async function runStep(
  name: string,
  inputs: Readonly<Record<string, string>>,
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
) {
  const step = action.runs.steps.find((one) => one.name === name);
  const values = Object.entries(step?.env ?? {}).map(([variable, text]) => [
    variable,
    text.replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, input: string) => {
      const declared = action.inputs[input];
      expect(declared).toBeDefined();
      return inputs[input] ?? declared?.default ?? '';
    }),
  ]);
  const files = { GITHUB_STEP_SUMMARY: join(cwd, 'summary'), GITHUB_OUTPUT: join(cwd, 'output') };
  const script = join(cwd, 'step.sh');
  writeFileSync(script, step?.run ?? 'exit 99');
  // As GitHub starts `shell: bash`.
  return execa('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
    cwd,
    reject: false,
    env: {
      ...env,
      ...files,
      ...Object.fromEntries(values),
      CI: 'true',
      EVALKIT_CACHE: join(cwd, 'cache'),
      HF_ENDPOINT: 'http://127.0.0.1:9',
      GITHUB_ACTION_PATH: ROOT,
      PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
    },
  });
}

test('measuring and reporting leave the run, JUnit, CSV, a step summary and annotations', async () => {
  const { cwd, env } = await setUpTinyRun();
  const inputs = {
    model: 'tiny.gguf',
    'run-args': '--prompt\nraw\n--max-tokens\n24\n--limit\n3\n--threads\n1\n',
  };
  const measured = await runStep('Measure', inputs, { cwd, env });
  expect(measured.stderr).not.toContain('evalkit: ');
  expect(measured.exitCode).toBe(0);
  const reported = await runStep('Report', inputs, { cwd, env });
  expect(reported.exitCode).toBe(0);
  expect(reported.stdout).toMatch(/^::warning title=.*::partial: 3 of 164 tasks/m);
  const run = join(cwd, 'evalkit-run');
  expect(readFileSync(join(run, 'junit.xml'), 'utf8')).toContain('tests="3" failures="3"');
  expect(readFileSync(join(run, 'report.csv'), 'utf8').split('\n').length).toBeGreaterThan(10);
  expect(readFileSync(join(cwd, 'summary'), 'utf8')).toContain('# HumanEval: 3 of 164 tasks');
});

test('a step whose command fails fails, and the report of no run is none', async () => {
  const { cwd, env } = await setUpTinyRun();
  const inputs = { model: 'none.gguf' };
  expect(await runStep('Measure', inputs, { cwd, env })).toMatchObject({ exitCode: 2 });
  expect(await runStep('Report', inputs, { cwd, env })).toMatchObject({ exitCode: 0, stdout: '' });
});

test('an input is never a command', async () => {
  const { cwd, env } = await setUpTinyRun();
  const evil = '"; touch owned; echo $(touch owned) `touch owned` "';
  const inputs = { model: evil, base: evil, decode: evil, 'run-args': `--out\n${evil}` };
  await runStep('Measure', inputs, { cwd, env });
  expect(existsSync(join(cwd, 'owned'))).toBe(false);
  const scripts = action.runs.steps.map(({ run }) => run ?? '');
  expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
});

test('the gate step passes the command’s exit code on and names the verdict', async () => {
  const { cwd, env } = await setUpTinyRun();
  mkdirSync(join(cwd, 'evalkit-run'));
  const inputs = { baseline: 'none.json' };
  const gated = await runStep('Gate', inputs, { cwd, env });
  expect(gated.exitCode).toBe(2);
  expect(readFileSync(join(cwd, 'output'), 'utf8')).toBe('verdict=\n');
});

/** A gated run in place of a measured one, with a baseline file of its reference. */
function setUpGate(lost: number) {
  const cwd = temporaryFolder();
  const reference = { cell: greedyCell('f16'), passes: failing(60) };
  writeRun(join(cwd, 'reference'), recordedRun([reference]));
  const candidate = { cell: greedyCell('q8_0'), passes: failing(60 + lost) };
  writeRun(join(cwd, 'evalkit-run'), recordedRun([candidate]));
  return cwd;
}

test.each([
  [0, {}, 0, 'pass'],
  [17, {}, 1, 'fail'],
  [6, {}, 4, 'inconclusive'],
  [6, { 'allow-inconclusive': 'true' }, 0, 'inconclusive'],
  [6, { 'gate-args': '--allow-inconclusive' }, 0, 'inconclusive'],
  [17, { 'gate-args': '--plan' }, 2, ''],
  [17, { 'gate-args': '--help' }, 3, ''],
])('%i tasks lost with %j end the gate step with %i', async (lost, inputs, code, verdict) => {
  const cwd = setUpGate(lost);
  // Of a change that wants its own way.
  writeFileSync(join(cwd, 'evalkit.config.yaml'), 'gate: {maxDrop: 90pp}\n');
  writeFileSync(join(cwd, 'evalkit-run', 'gate.json'), '{"verdict":"pass"}');
  const gated = await runStep('Gate', { baseline: 'reference', ...inputs }, { cwd, env: {} });
  expect(gated.exitCode, gated.stderr).toBe(code);
  expect(readFileSync(join(cwd, 'output'), 'utf8')).toBe(`verdict=${verdict}\n`);
  if (verdict !== '') {
    expect(gated.stdout).toContain(verdict);
    expect(existsSync(join(cwd, 'evalkit-run', 'gate.xml'))).toBe(true);
    expect(readFileSync(join(cwd, 'summary'), 'utf8')).toContain(`# gate: ${verdict}`);
  }
});

test('the example takes baseline and rules from the base branch, with read permission only', () => {
  const steps = workflow.jobs.gate.steps;
  const uses = steps.find(({ uses: name }) => name?.includes('evalkit@'));
  const base = steps.find(({ with: given }) => 'ref' in given);
  expect(workflow.permissions).toEqual({ contents: 'read' });
  expect(base?.with['ref']).toBe('${{ github.event.pull_request.base.sha }}');
  for (const name of ['baseline', 'rules']) {
    expect(uses?.with[name]).toMatch(new RegExp(`^${String(base?.with['path'])}/`));
  }
  expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(uses?.with ?? {})));
});
