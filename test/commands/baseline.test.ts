import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { baselineSchema } from '../../src/records/baseline.ts';
import { runCli } from '../fixtures/cli.ts';
import { makeCell, makeHeader, makePlan, TASKS } from '../fixtures/run.ts';
import { completeRun, storeRun } from '../fixtures/stored-run.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

function setUp(records = completeRun()) {
  const cwd = temporaryFolder();
  storeRun(join(cwd, 'run'), records);
  const write = (...words: string[]) => runCli(['baseline', 'write', 'run', ...words], { cwd });
  const read = (name = 'baseline.json') => readFileSync(join(cwd, name), 'utf8');
  return { cwd, write, read };
}

test('a baseline holds verdicts by task and limits, and is the same byte for byte again', async () => {
  const { write, read } = setUp();
  const { exitCode, stdout, stderr } = await write('--max-drop', '5pp');
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('baseline.json: tiny:q8_0/greedy, pass@1 100.0 %');
  expect(stdout).toContain('3 of 3');
  expect(baselineSchema.parse(JSON.parse(read()))).toMatchObject({
    limits: { maxDrop: 0.05, confidence: 0.95 },
    dataset: { name: 'Test', total: 3 },
    cell: { id: 'tiny:q8_0/greedy' },
    samples: 1,
    passAt1: { passed: 3, total: 3, estimate: 1 },
    passed: { 'Test/0': 1, 'Test/1': 1, 'Test/2': 1 },
  });
  await write('--out', 'again.json');
  expect(read('again.json')).toBe(read());
});

test('limits of a file that is there stay, and a changed one is told', async () => {
  const { write, read } = setUp();
  await write('--max-drop', '3pp', '--min-sandbox', 'l2');
  const { stdout } = await write('--max-drop', '8pp');
  expect(stdout).toContain('maxDrop: 0.08 (was 0.03)');
  expect(stdout).toContain('minSandbox: L2\n');
  expect(JSON.parse(read()).limits).toEqual({ maxDrop: 0.08, confidence: 0.95, minSandbox: 'L2' });
});

test('a baseline with a limit that nobody knows is refused, and not gated without it', async () => {
  const { cwd, write, read } = setUp();
  await write();
  const baseline = JSON.parse(read());
  writeFileSync(
    join(cwd, 'other.json'),
    JSON.stringify({ ...baseline, limits: { ...baseline.limits, maxWeight: 3 } }),
  );
  const { exitCode, stderr } = await runCli(['gate', 'run', '--baseline', 'other.json'], { cwd });
  expect(stderr).toMatch(/other\.json is not a baseline that this version of evalkit can read/);
  expect(exitCode).toBe(2);
});

const partial = completeRun({
  header: makeHeader(makePlan({ dataset: { ...makePlan().dataset, total: 164 } })),
});
const verdicts = completeRun().verdicts.slice(1);
const incident = {
  version: 1,
  stage: 'judge',
  cell: makeCell().id,
  taskId: TASKS[0]?.taskId,
  detail: 'fork failed',
} as const;

test.each([
  ['partial', partial, 2, /is partial: 3 of 164 tasks of Test/],
  ['incomplete', completeRun({ verdicts }), 3, /is incomplete: 1 verdict is missing/],
  [
    'infrastructure-marred',
    completeRun({ verdicts, incidents: [incident] }),
    3,
    /is incomplete: 1 verdict is missing, 1 for a failure that is not the model's/,
  ],
])('a run that is %s makes no baseline', async (_, records, code, message) => {
  const { cwd, write } = setUp(records);
  const { exitCode, stdout, stderr } = await write();
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(stdout).toBe('');
  expect(exitCode).toBe(code);
  expect(existsSync(join(cwd, 'baseline.json'))).toBe(false);
});

test.each([
  [['--max-drop', '5'], /--max-drop 5: must be a drop between 0 and 1/],
  [['--max-drop', 'NaN'], /--max-drop NaN/],
  [['--out', 'notes.txt'], /notes\.txt is not a baseline that this version/],
  [['--out', 'run/run.json'], /run\.json: this is a record of the run/],
])('%j is refused with exit 2 and changes nothing', async (words, message) => {
  const { cwd, write, read } = setUp();
  writeFileSync(join(cwd, 'notes.txt'), 'mine');
  const { exitCode, stderr } = await write(...words);
  expect(stderr).toMatch(message);
  expect(exitCode).toBe(2);
  expect(read('notes.txt')).toBe('mine');
  expect(existsSync(join(cwd, 'baseline.json'))).toBe(false);
});

type Fields = Record<string, unknown>;

test.each<[string, (file: Fields) => Fields, RegExp]>([
  [
    'more passed than asked',
    (file) => ({ passed: { ...Object(file['passed']), 'Test/0': 9 } }),
    /9 of 1 completions of Test\/0 passed/,
  ],
  ['a task less', () => ({ passed: { 'Test/0': 1, 'Test/1': 1 } }), /it has 2 of 3 tasks/],
  [
    'another sum',
    (file) => ({ passAt1: { ...Object(file['passAt1']), passed: 2 } }),
    /3 of 3 completions passed, and its pass rate says 2 of 3/,
  ],
  [
    'another estimate',
    (file) => ({ passAt1: { ...Object(file['passAt1']), estimate: 0.1 } }),
    /pass@1 is 1, and it says 0\.1/,
  ],
  ['other samples', () => ({ samples: 2 }), /its verdicts 2/],
  ['a time of no task', () => ({ tpotMs: { 'Test/9': 4 } }), /Test\/9 has a time/],
])('a baseline file damaged by %s is refused with one line', async (_, damage, message) => {
  const { cwd, write, read } = setUp();
  await write();
  const file = JSON.parse(read());
  writeFileSync(join(cwd, 'baseline.json'), JSON.stringify({ ...file, ...damage(file) }));
  const words = ['gate', 'run', '--baseline', 'baseline.json'];
  const { exitCode, stderr } = await runCli(words, { cwd });
  expect(stderr).toMatch(/^evalkit: baseline\.json is damaged: /);
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(exitCode).toBe(2);
});

test('one cell of several is named by its id', async () => {
  const { write } = setUp();
  expect(await write('--out', 'x.json')).toMatchObject({ exitCode: 0 });
  const { cwd } = setUp();
  const unknown = await runCli(['baseline', 'write', 'run#tiny:q4_0/greedy'], { cwd });
  expect(unknown).toMatchObject({ exitCode: 2 });
  expect(unknown.stderr).toContain(
    'run has no cell tiny:q4_0/greedy; its cells are tiny:q8_0/greedy',
  );
});

test('baseline without write is refused', async () => {
  const { cwd } = setUp();
  const { exitCode, stderr } = await runCli(['baseline'], { cwd });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('evalkit baseline: name one of its commands: write');
});
