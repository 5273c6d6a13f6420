import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { KINDS } from '../src/store/kinds.ts';
import { findSuite } from '../src/suites/index.ts';
import { runCli } from './fixtures/cli.ts';
import { failing, greedyCell, recordedRun, writeRun } from './fixtures/recorded-run.ts';
import { suitePath } from './fixtures/suite-data.ts';
import { humanevalTasks } from './fixtures/humaneval.ts';
import { ROWS } from './fixtures/score-run.ts';
import { setUpTinyRun, SHORT } from './fixtures/tiny-run.ts';
import { makeTinyGguf } from './fixtures/tiny-gguf.ts';

const SCHEMAS = fileURLToPath(new URL('../docs/schemas/', import.meta.url));

/** Names of forms that something was held against. */
const validated = new Set<string>();

/** Fields that a schema does not name are errors here: what is written down is documented. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(closed);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const fields = Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, closed(item)]),
  );
  return 'properties' in value && !('additionalProperties' in value) && 'type' in value
    ? { ...fields, additionalProperties: false }
    : fields;
}

const ajv = new Ajv2020({ allErrors: true, strict: false, formats: { 'date-time': true } });

function validatorOf(name: string): ValidateFunction {
  return (
    ajv.getSchema(name) ??
    ajv
      .addSchema(
        // A schema of draft 2020-12.
        closed(JSON.parse(readFileSync(join(SCHEMAS, `${name}.json`), 'utf8'))) as object,
        name,
      )
      .compile({ $ref: name })
  );
}

function expectForm(name: string, value: unknown): void {
  const validate = validatorOf(name);
  expect(validate(value) ? [] : validate.errors, name).toEqual([]);
  validated.add(name);
}

function readLines(path: string): unknown[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

/** Holds every file of a run's folder against its schema; gives the names of those with records. */
function expectFolder(folder: string, kind: keyof typeof KINDS): string[] {
  const readJson = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  expectForm(`run.${kind}`, readJson('run.json'));
  expectForm(`report.${kind}`, readJson('report.json'));
  return Object.values(KINDS[kind].files).flatMap(({ file }) => {
    const path = join(folder, file);
    const records = existsSync(path) ? readLines(path) : [];
    for (const record of records) {
      expectForm(`${kind}.${file.replace('.jsonl', '')}`, record);
    }
    return records.length === 0 ? [] : [file];
  });
}

async function json(words: readonly string[], at: Parameters<typeof runCli>[1]): Promise<unknown> {
  const { exitCode, stdout, stderr } = await runCli([...words, '--json'], at);
  expect([0, 1, 3, 4], stderr).toContain(exitCode);
  return JSON.parse(stdout);
}

async function setUp() {
  const run = await setUpTinyRun();
  const { cwd } = run;
  await makeTinyGguf(join(cwd, 'other.gguf'), { seed: 2 });
  const rows = ROWS.map((text) => `${JSON.stringify({ text })}\n`).join('');
  writeFileSync(join(cwd, 'rows.jsonl'), rows);
  return run;
}

test('a run of humaneval, its dry run, comparison, decision and baseline keep to their schemas', async () => {
  const { cwd, env, humaneval } = await setUp();
  const at = { cwd, env };
  const words = ['--model', 'tiny.gguf,other.gguf', ...SHORT, '--out', 'run'];
  const text = [
    '--ppl-data',
    'rows.jsonl',
    '--kl',
    '--latency-tasks',
    '2',
    '--latency-repeats',
    '2',
  ];
  expectForm('dry-run', await json(['humaneval', ...words, ...text, '--dry-run'], at));
  const { exitCode, stderr } = await humaneval(...words, ...text);
  expect(exitCode, stderr).toBe(0);
  const files = expectFolder(join(cwd, 'run'), 'humaneval');
  expect(files).toEqual([
    'completions.jsonl',
    'verdicts.jsonl',
    'sessions.jsonl',
    'timings.jsonl',
    'scores.jsonl',
  ]);
  expectForm('perplexity', JSON.parse(readFileSync(join(cwd, 'run/perplexity.json'), 'utf8')));
  expectForm('compare', await json(['compare', 'run'], at));
  expectForm('show', await json(['show', 'run', '0'], at));
});

test('several suites, their dry run, comparison, decision and baseline keep to their schemas', async () => {
  const { cwd, env, humaneval } = await setUp();
  const at = { cwd, env };
  const files = await Promise.all(
    ['humaneval', 'humaneval+'].map((name) => suitePath(findSuite(name))),
  );
  const words = ['--suite', 'humaneval,humaneval+', ...files.flatMap((file) => ['--data', file])];
  const run = [...words, '--model', 'tiny.gguf,other.gguf', ...SHORT, '--no-latency'];
  expectForm('dry-run.suites', await json(['humaneval', ...run, '--dry-run'], at));
  const { exitCode, stderr } = await humaneval(...run, '--out', 'run', '--no-perplexity');
  expect(exitCode, stderr).toBe(0);
  expect(expectFolder(join(cwd, 'run'), 'suites')).toEqual([]);
  expectForm('compare.suites', await json(['compare', 'run'], at));
  expectForm('gate.suites', await json(['gate', 'run', '--max-drop', '90pp'], at));
  const recorded = ['f16', 'q8_0'].map((name) => ({ cell: greedyCell(name), passes: failing(60) }));
  for (const suite of ['humaneval', 'humaneval+']) {
    rmSync(join(cwd, 'run', suite), { recursive: true });
    writeRun(join(cwd, 'run', suite), recordedRun(recorded));
  }
  await runCli(['baseline', 'write', 'run', '--out', 'baseline.json'], at);
  expectForm('baseline.suites', JSON.parse(readFileSync(join(cwd, 'baseline.json'), 'utf8')));
});

test('judged samples, their lines, decision and baseline keep to their schemas', async () => {
  const { cwd, env, humaneval } = await setUp();
  const at = { cwd, env };
  for (const [name, lost] of [
    ['one', 10],
    ['other', 30],
  ] as const) {
    const lines = (await humanevalTasks()).map(({ taskId, canonicalSolution }, index) => ({
      task_id: taskId,
      completion: index < lost ? '    return None\n' : canonicalSolution,
    }));
    const samples = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    writeFileSync(join(cwd, `${name}.jsonl`), samples);
  }
  const { exitCode, stderr } = await runCli(['judge', 'one.jsonl', '--run', 'judged'], at);
  expect(exitCode, stderr).toBe(0);
  expect(expectFolder(join(cwd, 'judged'), 'judge')).toEqual(['verdicts.jsonl']);
  for (const line of readLines(join(cwd, 'one.jsonl_results.jsonl'))) {
    expectForm('result-line', line);
  }
  for (const name of ['one', 'other']) {
    const words = ['--model', `scripted:${name}.jsonl`, '--prompt', 'raw', '--out', name];
    expect((await humaneval(...words)).exitCode).toBe(0);
  }
  await runCli(['baseline', 'write', 'one', '--out', 'baseline.json'], at);
  expectForm('baseline', JSON.parse(readFileSync(join(cwd, 'baseline.json'), 'utf8')));
  expectForm('gate', await json(['gate', 'other', '--baseline', 'baseline.json'], at));
  expectForm('compare', await json(['compare', 'baseline.json', 'other'], at));
});

test('a grid and its comparison keep to their schemas', async () => {
  const { cwd, env } = await setUp();
  const words = ['--batch', '1', '--ctx-size', '32', '--flash', 'on,off', '--new-tokens', '4'];
  const short = ['--threads', '1', '--warmup', '0', '--repeats', '2', '--out', 'grid'];
  await json(['bench', '--model', 'tiny.gguf,other.gguf', ...words, ...short], { cwd, env });
  expect(expectFolder(join(cwd, 'grid'), 'bench')).toEqual(['cells.jsonl']);
  expectForm('compare.bench', await json(['compare', 'grid'], { cwd, env }));
});

test('scores, their comparison and decision keep to their schemas', async () => {
  const { cwd, env } = await setUp();
  const words = ['--model', 'tiny.gguf,other.gguf', '--threads', '1', '--ppl-data', 'rows.jsonl'];
  await json(['perplexity', ...words, '--kl', '--out', 'scores'], { cwd, env });
  expect(expectFolder(join(cwd, 'scores'), 'perplexity')).toEqual(['scores.jsonl']);
  expectForm('compare.perplexity', await json(['compare', 'scores'], { cwd, env }));
  expectForm('gate.perplexity', await json(['gate', 'scores', '--max-kl', '0.1'], { cwd, env }));
});

test('what is told of the machine and of models keeps to its schemas', async () => {
  const { cwd, env } = await setUp();
  expectForm('doctor', await json(['doctor', '--offline'], { cwd, env }));
  expectForm('engine-list', await json(['engine', 'list'], { cwd, env }));
  expectForm('models-list', await json(['models', 'list'], { cwd, env }));
  const made = await json(['quantize', '--model', 'q8_0', '--base', 'tiny.gguf'], { cwd, env });
  expectForm('model-files', made);
});

test('every schema but those of failures is held against something here', () => {
  const names = readdirSync(SCHEMAS).map((name) => name.replace('.json', ''));
  expect(names.filter((name) => !validated.has(name)).toSorted()).toEqual([
    'humaneval.incidents',
    'humaneval.stops',
    'judge.incidents',
    'perplexity.incidents',
  ]);
});

test('a record that lacks a field or has another version is refused', () => {
  const validate = validatorOf('result-line');
  const line = { task_id: 'a', completion: '', passed: true, result: 'passed', cause: 'passed' };
  expect(validate({ ...line, detail: '' })).toBe(true);
  expect(validate(line)).toBe(false);
  expect(validatorOf('gate')({ version: 2 })).toBe(false);
});
