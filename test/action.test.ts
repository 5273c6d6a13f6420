import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { reportSchema } from '../src/records/report.ts';
import { action, runAction, type StepResult, stepSchema } from './fixtures/action.ts';
import { runCli } from './fixtures/cli.ts';
import { humanevalPath, humanevalTasks } from './fixtures/humaneval.ts';
import { failing, greedyCell, recordedRun, writeRun } from './fixtures/recorded-run.ts';
import { temporaryFolder } from './fixtures/temporary-folder.ts';
import { setUpTinyRun } from './fixtures/tiny-run.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const workflow = z
  .object({
    permissions: z.record(z.string(), z.string()),
    jobs: z.object({ gate: z.object({ steps: z.array(stepSchema) }) }),
  })
  .parse(parse(readFileSync(join(ROOT, 'examples/github-workflow.yml'), 'utf8')));

const NOTHING = {
  verdict: '',
  'pass-at-1': '',
  drop: '',
  'drop-lower': '',
  'drop-upper': '',
  report: '',
};

/** Of a `run-args` for recorded completions. */
const RAW = '--prompt\nraw\n';

/** A workspace with recorded completions of all tasks: the first `lost` of them wrong. */
async function setUpRecorded(losses: Readonly<Record<string, number>>) {
  const cwd = mkdtempSync(join(tmpdir(), 'evalkit-action-'));
  const tasks = await humanevalTasks();
  for (const [name, lost] of Object.entries(losses)) {
    const lines = tasks.map(({ taskId, canonicalSolution }, index) => ({
      task_id: taskId,
      completion: index < lost ? '    return None\n' : canonicalSolution,
    }));
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    writeFileSync(join(cwd, `${name}.jsonl`), text);
  }
  const env = { EVALKIT_DATA: await humanevalPath() };
  return { cwd, env };
}

test('measuring and reporting leave the run, JUnit, CSV, a step summary and annotations', async () => {
  const { cwd, env } = await setUpTinyRun();
  const inputs = {
    model: 'tiny.gguf',
    'run-args': '--prompt\nraw\n--max-tokens\n24\n--limit\n3\n--threads\n1\n',
  };
  const { isFailed, results, outputs, summary } = await runAction({ cwd, env, inputs });
  expect(results['Measure']?.stderr).not.toContain('evalkit: ');
  expect(isFailed).toBe(false);
  expect(results['Report']?.stdout).toMatch(/^::warning title=.*::partial: 3 of 164 tasks/m);
  const run = join(cwd, 'evalkit-run');
  expect(readFileSync(join(run, 'junit.xml'), 'utf8')).toContain('tests="3" failures="3"');
  expect(readFileSync(join(run, 'report.csv'), 'utf8').split('\n').length).toBeGreaterThan(10);
  expect(summary).toMatch(/^# HumanEval: 3 of 164 tasks/);
  expect(outputs).toEqual({ ...NOTHING, 'pass-at-1': '0', report: 'evalkit-run/report.json' });
});

test('a failed measurement fails the job, says so first and leaves no report', async () => {
  const { cwd, env } = await setUpTinyRun();
  const inputs = { model: 'no|such.gguf' };
  const { isFailed, results, outputs, summary } = await runAction({ cwd, env, inputs });
  expect(isFailed).toBe(true);
  expect(results['Measure']).toMatchObject({ exitCode: 2, outputs: { code: '2' } });
  expect(results['Report']).toMatchObject({ exitCode: 0, stdout: '' });
  expect(summary).toMatch(
    /^# measuring did not end\n\n> \*\*measuring ended with exit code 2 \(wrong input\): .*no\\\|such.gguf/,
  );
  expect(outputs).toEqual(NOTHING);
});

test('no input is a command, another output or another key of the cache', async () => {
  const { cwd, env } = await setUpTinyRun();
  const evil = '"; touch owned; echo $(touch owned) `touch owned` "\nverdict=pass\n::error::x';
  const inputs = Object.fromEntries(Object.keys(action.inputs).map((name) => [name, evil]));
  const { results, outputs } = await runAction({ cwd, env, inputs });
  expect(existsSync(join(cwd, 'owned'))).toBe(false);
  expect(outputs).toEqual(NOTHING);
  expect(results['Name the cache']?.outputs).toEqual({
    version: expect.stringMatching(/^[0-9a-f]{16}$/),
    models: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  const scripts = action.runs.steps.map(({ run }) => run ?? '');
  expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
});

/** What names the cache, for these inputs. */
async function key(inputs: Readonly<Record<string, string>>): Promise<string> {
  const given: Record<string, StepResult> = { Measure: { outcome: 'failure', outputs: {} } };
  const { results } = await runAction({ cwd: temporaryFolder(), inputs, given });
  return JSON.stringify(results['Name the cache']?.outputs);
}

test('a key of the cache holds no input as it was typed, and differs where one does', async () => {
  const long = Array.from({ length: 100 }, (_, index) => `model-${index}.gguf`).join(',');
  const keys = await Promise.all([
    key({ model: 'q8,q4_k_m' }),
    key({ model: 'q8', base: 'q4_k_m' }),
    key({ model: long }),
    key({ model: 'q8,q4_k_m', 'cache-version': '1,\n2' }),
  ]);
  expect(new Set(keys).size).toBe(4);
  expect(await key({ model: 'q8,q4_k_m' })).toBe(keys[0]);
  const used = action.runs.steps.find(({ uses }) => uses?.startsWith('actions/cache@'));
  expect(JSON.stringify(used?.with)).not.toContain('inputs.');
});

/** A gated run in place of a measured one, with a baseline run of its reference. */
function setUpGate(lost: number) {
  const cwd = temporaryFolder();
  const reference = { cell: greedyCell('f16'), passes: failing(60) };
  writeRun(join(cwd, 'reference'), recordedRun([reference]));
  const candidate = { cell: greedyCell('q8_0'), passes: failing(60 + lost) };
  writeRun(join(cwd, 'evalkit-run'), recordedRun([candidate]));
  return cwd;
}

const MEASURED: StepResult = { outcome: 'success', outputs: { code: '0' } };

test.each([
  [0, {}, 0, 'pass'],
  [17, {}, 1, 'fail'],
  [6, {}, 4, 'inconclusive'],
  [6, { 'allow-inconclusive': 'true' }, 0, 'inconclusive'],
  [6, { 'gate-args': '--allow-inconclusive' }, 0, 'inconclusive'],
  [17, { 'gate-args': '--plan' }, 2, ''],
  [17, { 'gate-args': '--help' }, 3, ''],
  [17, { baseline: 'none.json' }, 2, ''],
])('%i tasks lost with %j end the gate step with %i', async (lost, inputs, code, verdict) => {
  const cwd = setUpGate(lost);
  // Of a change that wants its own way.
  writeFileSync(join(cwd, 'evalkit.config.yaml'), 'gate: {maxDrop: 90pp}\n');
  writeFileSync(join(cwd, 'evalkit-run', 'gate.json'), '{"verdict":"pass"}');
  const { isFailed, results, outputs, summary } = await runAction({
    cwd,
    inputs: { baseline: 'reference', ...inputs },
    given: { Measure: MEASURED },
  });
  const gated = results['Gate'];
  expect(gated?.exitCode, gated?.stderr).toBe(code);
  expect(isFailed).toBe(code !== 0);
  expect(outputs['verdict']).toBe(verdict);
  // The report comes after the verdict, whatever that is.
  expect(summary.match(/^# \w+/gm)).toEqual(['# gate', '# Test']);
  expect(summary).toMatch(new RegExp(`^# gate: ${verdict === '' ? 'no verdict' : verdict}\\b`));
  if (verdict === '') {
    expect(summary).toContain(`> **the gate ended with exit code ${code} (`);
    expect(outputs['drop']).toBe('');
  } else {
    expect(gated?.stdout).toContain(verdict);
    expect(existsSync(join(cwd, 'evalkit-run', 'gate.xml'))).toBe(true);
    expect(Number(outputs['pass-at-1'])).toBeCloseTo((104 - lost) / 164);
    expect(Number(outputs['drop'])).toBeCloseTo(lost / 164);
    expect(Number(outputs['drop-lower'])).toBeLessThanOrEqual(lost / 164);
    expect(Number(outputs['drop-upper'])).toBeGreaterThanOrEqual(lost / 164);
  }
});

test('of several candidates the figures are those of the one that decided', async () => {
  const cwd = temporaryFolder();
  writeRun(join(cwd, 'reference'), recordedRun([{ cell: greedyCell('f16'), passes: failing(60) }]));
  const cells = [
    { cell: greedyCell('q8_0'), passes: failing(60) },
    { cell: greedyCell('q4_0'), passes: failing(80) },
    { cell: greedyCell('q2_k'), passes: failing(90) },
  ];
  writeRun(join(cwd, 'evalkit-run'), recordedRun(cells));
  const inputs = { baseline: 'reference' };
  const { outputs } = await runAction({ cwd, inputs, given: { Measure: MEASURED } });
  expect(outputs).toMatchObject({ verdict: 'fail' });
  expect(Number(outputs['pass-at-1'])).toBeCloseTo(74 / 164);
  expect(Number(outputs['drop'])).toBeCloseTo(30 / 164);
});

test.each([
  ['failure', { code: '3' }, 'measuring ended with exit code 3 (infrastructure, or incomplete)'],
  ['failure', {}, 'measuring did not run to its end; the log of the job says why'],
  ['skipped', {}, 'measuring did not run to its end; the log of the job says why'],
  ['cancelled', {}, 'measuring was cancelled'],
] as const)('a measurement with %s and %j is no verdict', async (outcome, outputs, words) => {
  const cwd = setUpGate(0);
  writeFileSync(join(cwd, 'evalkit-run', 'gate.json'), '{"verdict":"pass"}');
  const ended = await runAction({
    cwd,
    inputs: { baseline: 'reference' },
    given: {
      'Install evalkit': { outcome: outcome === 'skipped' ? 'failure' : 'success', outputs: {} },
      Measure: { outcome, outputs },
    },
  });
  expect(ended.outputs).toMatchObject({ verdict: '', drop: '' });
  expect(ended.results['Gate']).toMatchObject({ outcome: 'skipped' });
  expect(ended.summary.startsWith(`# gate: no verdict\n\n> **${words}**\n`)).toBe(true);
});

let baseline: { readonly cwd: string; readonly env: Readonly<Record<string, string>> };

beforeAll(async () => {
  baseline = await setUpRecorded({ reference: 40, candidate: 41, worse: 80 });
  const { cwd, env } = baseline;
  const words = ['--model', 'scripted:reference.jsonl', '--prompt', 'raw', '--out', 'reference'];
  expect((await runCli(['humaneval', ...words], { cwd, env })).exitCode).toBe(0);
  mkdirSync(join(cwd, 'base'));
  const written = await runCli(['baseline', 'write', 'reference', '--out', 'base/baseline.json'], {
    cwd,
    env,
  });
  expect(written.exitCode, written.stderr).toBe(0);
});

afterAll(() => rmSync(baseline.cwd, { recursive: true, force: true }));

test.each([
  ['candidate', 'pass', 1 / 164],
  ['worse', 'fail', 40 / 164],
])('the whole action, from recorded completions of a %s to %s', async (model, verdict, drop) => {
  const { cwd, env } = baseline;
  const { isFailed, results, outputs, summary } = await runAction({
    cwd,
    env,
    inputs: {
      model: `scripted:${model}.jsonl`,
      baseline: 'base/baseline.json',
      'run-args': RAW,
      'gate-args': '--max-drop\n10pp\n--allow-lossy-reference\n',
      // Whatever a folder is called, its path is one output.
      out: `run of\n${model}`,
    },
  });
  expect(results['Measure']?.exitCode, results['Measure']?.stderr).toBe(0);
  expect(isFailed, results['Gate']?.stderr).toBe(verdict !== 'pass');
  expect(outputs).toMatchObject({ verdict, report: `run of\n${model}/report.json` });
  expect(Number(outputs['drop'])).toBeCloseTo(drop);
  const report = JSON.parse(readFileSync(join(cwd, outputs['report'] ?? ''), 'utf8'));
  const [cell] = reportSchema.parse(report).cells;
  expect(cell?.passAt1).toMatchObject({ estimate: Number(outputs['pass-at-1']) });
  expect(summary).toMatch(new RegExp(`^# gate: ${verdict}; `));
});

test('records that came along with the change are not resumed', async () => {
  const { cwd, env } = baseline;
  const words = ['--model', 'scripted:reference.jsonl', '--prompt', 'raw', '--limit', '2'];
  const first = await runCli(['humaneval', ...words, '--out', 'forged'], { cwd, env });
  expect(first.exitCode).toBe(0);
  const path = join(cwd, 'forged', 'verdicts.jsonl');
  const forged = readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.replace(/"outcome":\{.*?\}/, '"outcome":{"kind":"passed"}'));
  writeFileSync(path, forged.join('\n'));
  const { outputs } = await runAction({
    cwd,
    env,
    inputs: {
      model: 'scripted:reference.jsonl',
      'run-args': `${RAW}--limit\n2\n`,
      out: 'forged',
    },
  });
  expect(outputs['pass-at-1']).toBe('0');
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
