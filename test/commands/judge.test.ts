import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { judgeReportSchema } from '../../src/records/judge-report.ts';
import { runCli, startCli } from '../fixtures/cli.ts';
import { humanevalPath, humanevalTasks } from '../fixtures/humaneval.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const DATA = await humanevalPath();
const TASKS = await humanevalTasks();

/** A right and a wrong sample of each of the first tasks, with fields of somebody else's. */
const SAMPLES = TASKS.slice(0, 4).flatMap((task, index) => [
  { task_id: task.taskId, completion: task.canonicalSolution, temperature: 0.2, index },
  { task_id: task.taskId, completion: '    return None\n', notes: { a: [1, null] }, index },
]);

function jsonl(samples: readonly object[]): string {
  return samples.map((sample) => `${JSON.stringify(sample)}\n`).join('');
}

function setUp(content: string | Uint8Array = jsonl(SAMPLES), name = 'samples.jsonl') {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, name), content);
  const env = { EVALKIT_DATA: DATA };
  const judge = (...words: string[]) => runCli(['judge', ...words], { cwd, env });
  const results = (file = `${name}_results.jsonl`): Record<string, unknown>[] =>
    readFileSync(join(cwd, file), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  return { cwd, env, judge, results };
}

test('each sample gets a line, in order, unchanged but for the verdict', async () => {
  const { judge, results } = setUp();
  const { exitCode, stdout } = await judge('samples.jsonl');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('HumanEval: 8 samples of 4 of 164 tasks, complete');
  expect(stdout).toMatch(/pass@1: 50\.0 % \(95 % interval /);
  expect(stdout).toContain('pass@10: n/a (a task has only 2 samples)');
  expect(stdout).toContain('160 of 164 tasks have no verdict');
  expect(results()).toMatchObject(SAMPLES);
  expect(results().map((line) => line['passed'])).toEqual(
    SAMPLES.map((_, index) => index % 2 === 0),
  );
  expect(results()[0]).toMatchObject({ result: 'passed', cause: 'passed', detail: '' });
  expect(results()[1]).toMatchObject({ result: expect.stringMatching(/^failed: /) });
});

test('a k beyond the samples is named, with the task that has too few', async () => {
  const { judge } = setUp();
  const { exitCode, stderr } = await judge('samples.jsonl', '--k', '1,99', '--json');
  expect(exitCode).toBe(0);
  expect(stderr).toMatch(/--k 99: HumanEval\/0 has only 2 samples, so there is no pass@99; /);
});

test('--json prints the summary and nothing else; --k and --out are heeded', async () => {
  const { judge, results } = setUp();
  const { stdout } = await judge('samples.jsonl', '--json', '--k', '2', '--out', 'verdicts.jsonl');
  const report = judgeReportSchema.parse(JSON.parse(stdout));
  expect(report).toMatchObject({
    samples: 8,
    dataset: { judged: 4, tasks: 164 },
    passAtK: { 2: { estimate: 1, tasks: 4 } },
    causes: { passed: 4 },
    infrastructure: 0,
    sandbox: { level: expect.stringMatching(/^L[23]$/) },
  });
  expect(results('verdicts.jsonl')).toHaveLength(8);
});

test('a completion is judged as it stands: fences and stripped bodies fail', async () => {
  const [task] = TASKS;
  const completions = [
    `\`\`\`python\n${task?.canonicalSolution}\`\`\``,
    task?.canonicalSolution.trimStart(),
    '',
  ];
  const { judge, results } = setUp(
    jsonl(completions.map((completion) => ({ task_id: task?.taskId, completion }))),
  );
  expect((await judge('samples.jsonl')).exitCode).toBe(0);
  expect(results().map((line) => line['passed'])).toEqual([false, false, false]);
});

test('gzip and empty lines are read', async () => {
  const { judge, results } = setUp(gzipSync(`\n${jsonl(SAMPLES)}\n\n`), 'samples.jsonl.gz');
  expect((await judge('samples.jsonl.gz')).exitCode).toBe(0);
  expect(results()).toHaveLength(8);
});

test('a line separator of Unicode inside a completion ends no line', async () => {
  const [task] = TASKS;
  const completion = `    # \u2028\n${task?.canonicalSolution}`;
  const { judge, results } = setUp(
    `{"task_id":"HumanEval/0","completion":${JSON.stringify(completion)}}\n`,
  );
  expect((await judge('samples.jsonl')).exitCode).toBe(0);
  expect(results()).toMatchObject([{ completion, passed: true }]);
});

test('samples come from stdin with -, which needs --out', async () => {
  const { cwd, env, judge, results } = setUp();
  expect((await judge('-')).stderr).toMatch(/name one with --out/);
  const started = startCli(['judge', '-', '--out', 'out.jsonl'], { cwd, env });
  started.stdin?.end(jsonl(SAMPLES));
  expect((await started).exitCode).toBe(0);
  expect(results('out.jsonl')).toHaveLength(8);
  expect(existsSync(join(cwd, 'out.jsonl.stdin'))).toBe(false);
});

test('an interrupted run goes on and ends as if nothing had been', async () => {
  const many = Array.from({ length: 300 }, (_, index) => SAMPLES[index % SAMPLES.length] ?? {});
  const { cwd, env, judge } = setUp(jsonl(many));
  await judge('samples.jsonl', '--out', 'calm.jsonl');
  const words = ['samples.jsonl', '--out', 'out.jsonl', '--run', 'run'];
  const started = startCli(['judge', ...words], { cwd, env });
  // Judged anew in a folder of its own, the calm run's verdicts being there already.
  const verdicts = join(cwd, 'run', 'verdicts.jsonl');
  while (!existsSync(verdicts) || readFileSync(verdicts, 'utf8').split('\n').length < 20) {
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
  }
  started.kill('SIGKILL');
  await started;
  expect(existsSync(join(cwd, 'out.jsonl'))).toBe(false);
  const before = readFileSync(verdicts, 'utf8').split('\n').slice(0, 20).join('\n');
  const resumed = await judge(...words);
  expect(resumed.exitCode).toBe(0);
  expect(resumed.stdout).toContain('300 samples');
  expect(readFileSync(join(cwd, 'out.jsonl'), 'utf8')).toBe(
    readFileSync(join(cwd, 'calm.jsonl'), 'utf8'),
  );
  expect(readFileSync(verdicts, 'utf8').startsWith(before)).toBe(true);
  expect(readdirSync(cwd).filter((name) => name.startsWith('out.jsonl'))).toEqual(['out.jsonl']);
});

test('verdicts on other samples are not taken for these, whose folder is refused', async () => {
  const { cwd, judge } = setUp();
  writeFileSync(join(cwd, 'others.jsonl'), jsonl(SAMPLES.slice(1)));
  expect((await judge('others.jsonl', '--run', 'run')).exitCode).toBe(0);
  const refused = await judge('samples.jsonl', '--run', 'run');
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain(
    'run holds verdicts on samples of other settings: samples.name is "others.jsonl" in the folder, "samples.jsonl" in this command; choose another --run, or --fresh to replace it',
  );
  expect(existsSync(join(cwd, 'samples.jsonl_results.jsonl'))).toBe(false);
});

test('a finished run is printed again and judges nothing; --fresh judges anew', async () => {
  const { cwd, judge } = setUp();
  const words = ['samples.jsonl', '--run', 'run', '--test-seed', 'a'];
  const first = await judge(...words);
  const verdicts = join(cwd, 'run', 'verdicts.jsonl');
  // A verdict that no judging would reach shows whether it was judged again.
  const changed = readFileSync(verdicts, 'utf8').replace(
    '"passed"',
    '"failed","cause":"memory","detail":""',
  );
  writeFileSync(verdicts, changed);
  const again = await judge('samples.jsonl', '--run', 'run');
  expect(again.stdout).toMatch(/memory +1/);
  expect(readFileSync(verdicts, 'utf8')).toBe(changed);
  const fresh = await judge(...words, '--fresh');
  // The report names the command that made it.
  expect(fresh.stdout).toContain(' --fresh\n');
  expect(fresh.stdout.replace(' --fresh\n', '\n')).toBe(first.stdout);
});

test('report shows a folder of verdicts in every format', async () => {
  const { cwd, env, judge } = setUp();
  const { stdout } = await judge('samples.jsonl', '--run', 'run');
  const report = (format: string) => runCli(['report', 'run', '--format', format], { cwd, env });
  expect((await report('terminal')).stdout).toBe(
    stdout.replace(join(cwd, 'samples.jsonl_results.jsonl'), 'samples.jsonl_results.jsonl'),
  );
  expect((await report('junit')).stdout).toMatch(/tests="8" failures="4"/);
  expect(
    (await report('csv')).stdout.split('\n').filter((row) => row.includes(',passed,')),
  ).toHaveLength(8);
  expect((await report('md')).stdout).toContain(
    '# HumanEval: 8 samples of 4 of 164 tasks, complete',
  );
});

test('two judges of one file do not mix: the second waits, and finds all judged', async () => {
  const many = Array.from({ length: 60 }, (_, index) => SAMPLES[index % SAMPLES.length] ?? {});
  const { judge, results } = setUp(jsonl(many));
  const [one, other] = await Promise.all([judge('samples.jsonl'), judge('samples.jsonl')]);
  expect([one.exitCode, other.exitCode]).toEqual([0, 0]);
  expect(results()).toMatchObject(many);
});

test.each([
  ['no JSON', '{"task_id": "HumanEval/0"', /line 9 is not JSON: \{"task_id"/],
  ['no completion', '{"task_id": "HumanEval/0"}', /line 9 is not a sample/],
  [
    'a completion that is not text',
    '{"task_id": "HumanEval/0", "completion": 1}',
    /line 9 is not a sample/,
  ],
  [
    'an unknown task',
    '{"task_id": "HumanEval/164", "completion": ""}',
    /line 9: no task 'HumanEval\/164'/,
  ],
])('a line with %s is named, and nothing is judged', async (_, line, message) => {
  const { cwd, judge } = setUp(`${jsonl(SAMPLES)}${line}\n`);
  const { exitCode, stderr, stdout } = await judge('samples.jsonl');
  expect(stderr).toMatch(message);
  expect(exitCode).toBe(2);
  expect(stdout).toBe('');
  expect(existsSync(join(cwd, 'samples.jsonl_results.jsonl'))).toBe(false);
});

test.each([
  [['none.jsonl'], /none\.jsonl cannot be read/],
  [['samples.jsonl', '--k', '0'], /--k 0: must be a positive integer/],
  [
    ['samples.jsonl', '--suite', 'humaneval-js', '--allow-package', 'numpy'],
    /--allow-package numpy/,
  ],
  [['samples.jsonl', '--python', './none'], /--python \.\/none does not start a Python/],
  [['samples.jsonl', '--workers', 'two'], /--workers two: must be a positive integer/],
  [['samples.jsonl', '--sandbox', 'off'], /--sandbox off: must be one of auto, l3, l2, unsafe/],
])('%j is refused with exit 2', async (words, message) => {
  const { judge } = setUp();
  const { exitCode, stderr } = await judge(...words);
  expect(stderr).toMatch(message);
  expect(exitCode).toBe(2);
});

/** A data set of one's own: a task like any, and one whose test hands a function to the answer. */
const CUSTOM = [
  {
    task_id: 'Own/0',
    prompt: 'def double(x):\n    """Doubles."""\n',
    entry_point: 'double',
    canonical_solution: '    return 2 * x\n',
    test: 'def check(candidate):\n    assert candidate(2) == 4\n',
  },
  {
    task_id: 'Own/1',
    prompt: 'def apply(f, x):\n    """Applies."""\n',
    entry_point: 'apply',
    canonical_solution: '    return f(x)\n',
    test: 'def check(candidate):\n    assert candidate(lambda x: x + 1, 2) == 3\n',
  },
];

test('tasks of another set that cannot be judged are named, refused, or left out on demand', async () => {
  const samples = CUSTOM.map((task) => ({
    task_id: task.task_id,
    completion: task.canonical_solution,
  }));
  const { cwd, judge, results } = setUp(jsonl(samples));
  writeFileSync(join(cwd, 'own.jsonl'), jsonl(CUSTOM));
  const refused = await judge('samples.jsonl', '--data', 'own.jsonl');
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toMatch(
    /own\.jsonl: 1 of 2 tasks cannot be judged: Own\/1 \(.*--skip-unsupported/,
  );
  const skipped = await judge('samples.jsonl', '--data', 'own.jsonl', '--skip-unsupported');
  expect(skipped.exitCode).toBe(0);
  expect(skipped.stdout).toContain('unsupported: Own/1');
  expect(results()).toMatchObject([{ passed: true }, { passed: null, cause: 'unsupported' }]);
});

test('a data set with a bad line is refused with its number', async () => {
  const { cwd, judge } = setUp();
  writeFileSync(join(cwd, 'own.jsonl'), `${jsonl(CUSTOM.slice(0, 1))}{"task_id": "Own/1"}\n`);
  const { exitCode, stderr } = await judge('samples.jsonl', '--data', 'own.jsonl');
  expect(stderr).toMatch(/own\.jsonl, line 2 is not a task: prompt/);
  expect(exitCode).toBe(2);
});

test('fields of others come out as they stood, whatever a parser would make of them', async () => {
  const fields = String.raw`"seed": 18446744073709551615, "f": 1.0, "e": 1e400, "n": [NaN, -Infinity], "2": 1, "1": 2, "a": "\ud800", "a": "twice"`;
  const [task] = TASKS;
  const sample = `"task_id": "${task?.taskId}", "completion": ${JSON.stringify(task?.canonicalSolution)}`;
  const { cwd, judge } = setUp(`{${sample}, ${fields}, "passed": "old"}\n`);
  expect(await judge('samples.jsonl')).toMatchObject({ exitCode: 0 });
  expect(readFileSync(join(cwd, 'samples.jsonl_results.jsonl'), 'utf8')).toBe(
    `{${sample},${fields.replaceAll(', "', ',"')},"passed":true,"result":"passed","cause":"passed","detail":""}\n`.replace(
      ', "completion"',
      ',"completion"',
    ),
  );
});

test.each([
  ['a name of a task', jsonl([{ task_id: '\u001b[2J\u009b31m\u202eX', completion: '' }])],
  ['a line', '{"task_id": "\u001b[2J'],
  ['a field', jsonl([{ task_id: '\u001b[2J', completion: 1, more: '\u001b[31m'.repeat(99) }])],
])('an error quotes %s without what steers a terminal', async (_, content) => {
  const { exitCode, stderr } = await setUp(content).judge('samples.jsonl');
  expect(exitCode).toBe(2);
  expect(stderr.trimEnd()).not.toMatch(/[\p{Cc}\u202e]/u);
  expect(stderr.length).toBeLessThan(500);
});

test('an error names a file without what steers a terminal', async () => {
  const { exitCode, stderr } = await setUp().judge('no\u001b[2J\nsuch.jsonl');
  expect(exitCode).toBe(2);
  expect(stderr.trimEnd()).not.toMatch(/\p{Cc}/u);
});

function wants(name: string): object {
  return { task_id: 'HumanEval/0', completion: `    import ${name}\n    return None\n` };
}

test('samples that wanted a package are counted, with the flag that allows it', async () => {
  const names = ['numpy', 'numpy.linalg', 'no_such_package', 'os.no_such'];
  const { judge } = setUp(jsonl(names.map(wants)));
  const { stdout } = await judge('samples.jsonl');
  expect(stdout).toContain(
    'samples failed for want of a package that they may not import: numpy (2), no_such_package (1); allow it where it is to count, as --allow-package numpy',
  );
  const { stdout: json } = await judge('samples.jsonl', '--json');
  expect(judgeReportSchema.parse(JSON.parse(json)).missingPackages).toEqual({
    numpy: 2,
    no_such_package: 1,
  });
});

test('the seed of the tests is drawn anew for a run, recorded, kept on resume, and may be given', async () => {
  const { judge } = setUp(jsonl(SAMPLES.slice(0, 1)));
  const seedOf = async (...words: string[]) => {
    const { stdout } = await judge('samples.jsonl', '--json', ...words);
    return judgeReportSchema.parse(JSON.parse(stdout)).testSeed;
  };
  const seed = await seedOf('--run', 'one');
  expect(seed).toMatch(/^[0-9a-f]{32}$/);
  expect(await seedOf('--run', 'one')).toBe(seed);
  expect(await seedOf('--run', 'two')).not.toBe(seed);
  expect(await seedOf('--run', 'three', '--test-seed', seed ?? '')).toBe(seed);
  const { exitCode, stderr } = await judge('samples.jsonl', '--run', 'two', '--test-seed', 'x');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('--test-seed x: this run began with');
});
