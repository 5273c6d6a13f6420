import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import * as library from '../../src/index.ts';
import { compare, EvalkitError, gate, judge, readRun, summarize } from '../../src/index.ts';
import type { ProgressEvent } from '../../src/records/progress.ts';
import { runCli } from '../fixtures/cli.ts';
import { humanevalPath, humanevalTasks } from '../fixtures/humaneval.ts';
import { writeJudged } from '../fixtures/judged-samples.ts';
import { failing, greedyCell, recordedRun, writeRun } from '../fixtures/recorded-run.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Names that index.ts exports, types among them. */
const EXPORTED = [
  'BenchHeader',
  'BenchReport',
  'BenchResult',
  'BenchRun',
  'CellReport',
  'CompareOptions',
  'CompareReport',
  'Comparison',
  'Completion',
  'EngineSessionRecord',
  'EvalkitError',
  'EvalkitErrorKind',
  'GateCell',
  'GateOptions',
  'GateReport',
  'GateVerdict',
  'HumanevalRun',
  'Incident',
  'JudgeHeader',
  'JudgeOptions',
  'JudgeReport',
  'JudgeRun',
  'Judged',
  'JudgedSample',
  'Limits',
  'PerplexityHeader',
  'PerplexityRun',
  'PerplexityRunReport',
  'ProgressEvent',
  'Report',
  'Run',
  'RunHeader',
  'Score',
  'SuitesHeader',
  'SuitesReport',
  'SuitesRun',
  'Timing',
  'Verdict',
  'compare',
  'gate',
  'judge',
  'readRun',
  'summarize',
];

/** A name that is added or taken away is a new minor or major version, and a line in docs/library.md. */
test('the library exports these names and no others, and its page names each', () => {
  const source = readFileSync(join(ROOT, 'src/index.ts'), 'utf8');
  const names = [...source.matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(([, list = '']) =>
    list.split(',').map((name) => name.replace('type', '').trim()),
  );
  expect(names.filter((name) => name !== '').toSorted()).toEqual(EXPORTED.toSorted());
  expect(Object.keys(library).toSorted()).toEqual(
    ['EvalkitError', 'compare', 'gate', 'judge', 'readRun', 'summarize'].toSorted(),
  );
  const page = readFileSync(join(ROOT, 'docs/library.md'), 'utf8');
  const isNamed = (name: string) => page.includes(`\`${name}\``) || page.includes(`\`${name}(`);
  expect(EXPORTED.filter((name) => !isNamed(name))).toEqual([]);
});

/** A reference run of 164 tasks, and a candidate that lost so many. */
function setUp(lost: number) {
  const folder = temporaryFolder();
  const [reference, candidate] = [join(folder, 'reference'), join(folder, 'candidate')];
  writeRun(reference, recordedRun([{ cell: greedyCell('f16'), passes: failing(60) }]));
  writeRun(candidate, recordedRun([{ cell: greedyCell('q8_0'), passes: failing(60 + lost) }]));
  return { folder, reference, candidate };
}

/** What a command prints as JSON. */
async function printed(...words: string[]): Promise<unknown> {
  const { stdout } = await runCli([...words, '--json'], { cwd: temporaryFolder() });
  return JSON.parse(stdout);
}

test('a program gets what the commands print', async () => {
  const { reference, candidate } = setUp(17);
  const run = readRun(candidate);
  expect(run.kind).toBe('humaneval');
  expect(summarize(run)).toEqual(await printed('report', candidate));
  expect(compare({ reference, candidate })).toEqual(await printed('compare', reference, candidate));
  const decision = await gate({ run: candidate, baseline: reference });
  expect(decision.verdict).toBe('fail');
  expect(decision).toEqual(await printed('gate', candidate, '--baseline', reference));
  const lenient = await gate({ run: candidate, baseline: reference, limits: { maxDrop: 0.3 } });
  expect(lenient.verdict).toBe('pass');
});

test.each(['bench/grid', 'perplexity/ppl', 'humaneval/run', 'humaneval-incomplete/run'])(
  'the run %s of an earlier version is read and summed up',
  async (name) => {
    const folder = temporaryFolder();
    cpSync(join(ROOT, 'test/fixtures/runs-v1', name), folder, { recursive: true });
    expect(summarize(readRun(folder))).toEqual(await printed('report', folder));
  },
);

test('judged samples are a run too', async () => {
  const folder = join(temporaryFolder(), 'judged');
  writeJudged(folder, { passes: (task) => task < 100 });
  const run = readRun(folder);
  expect(run.kind === 'judge' && run.verdicts.length).toBe(164);
  expect(summarize(run)).toEqual(await printed('report', folder));
});

test('samples are judged as by the command, silently', async () => {
  const folder = temporaryFolder();
  const [first, second] = await humanevalTasks();
  const lines = [
    { task_id: first?.taskId, completion: first?.canonicalSolution },
    { task_id: second?.taskId, completion: '    return None\n' },
  ];
  const samples = join(folder, 'samples.jsonl');
  writeFileSync(samples, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const events: ProgressEvent[] = [];
  const { report, verdicts } = await judge({
    samples,
    data: await humanevalPath(),
    run: join(folder, 'run'),
    k: [1],
    workers: 1,
    onProgress: (event) => events.push(event),
  });
  expect(verdicts.map(({ outcome }) => outcome.kind)).toEqual(['passed', 'failed']);
  expect(report).toMatchObject({ status: 'complete', samples: 2, passAtK: { 1: { tasks: 2 } } });
  expect(events).toContainEqual({ kind: 'step-ended', step: 'judging' });
  expect(readFileSync(`${samples}_results.jsonl`, 'utf8').trim().split('\n')).toHaveLength(2);
});

test('what a caller did wrong is an EvalkitError that says what', async () => {
  const { folder, reference, candidate } = setUp(0);
  const usage = { name: 'EvalkitError', kind: 'usage' };
  expect(() => readRun(join(folder, 'none'))).toThrow(EvalkitError);
  expect(() => readRun(join(folder, 'none'))).toThrow('no run in');
  expect(() => compare({ reference, candidate: 'none' })).toThrow(expect.objectContaining(usage));
  const bad = [{ maxDrop: 5 }, { maxDrop: Number.NaN }, { confidence: 1 }, { maxdrop: 0.1 }];
  for (const limits of bad) {
    await expect(gate({ run: candidate, baseline: reference, limits })).rejects.toMatchObject(
      usage,
    );
  }
  await expect(judge({ samples: join(folder, 'none.jsonl') })).rejects.toMatchObject(usage);
  await expect(judge({ samples: 'x', workers: -1 })).rejects.toMatchObject({
    ...usage,
    message: '--workers -1: must be a positive integer; see --help',
  });
});

test('what the system refuses and what is damaged is an EvalkitError too', async () => {
  const { candidate } = setUp(0);
  const verdicts = join(candidate, 'verdicts.jsonl');
  writeFileSync(verdicts, `{"broken": true}\n${readFileSync(verdicts, 'utf8')}`);
  expect(() => readRun(candidate)).toThrow(EvalkitError);
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'run.json'));
  expect(() => readRun(folder)).toThrow(EvalkitError);
  const broken = setUp(0);
  const timings = join(broken.candidate, 'timings.jsonl');
  rmSync(timings);
  mkdirSync(timings);
  expect(() => readRun(broken.candidate)).toThrow(
    expect.objectContaining({ name: 'EvalkitError', kind: 'environment' }),
  );
});
