import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reportSchema } from '../../src/records/report.ts';
import { runCli } from '../fixtures/cli.ts';
import { humanevalTasks } from '../fixtures/humaneval.ts';
import { ROWS } from '../fixtures/score-run.ts';
import { setUpTinyRun } from '../fixtures/tiny-run.ts';

/** How many tasks are asked: in two shards, each has some. */
const TASKS = 6;

/** Two files of recorded completions, and the command that runs both. */
async function setUp() {
  const { cwd, env } = await setUpTinyRun();
  const tasks = (await humanevalTasks()).slice(0, TASKS);
  for (const [name, wrong] of [
    ['good', 5],
    ['bad', 2],
  ] as const) {
    const lines = tasks.map(({ taskId, canonicalSolution }, index) => ({
      task_id: taskId,
      completion: index % wrong === 1 ? '    return None\n' : canonicalSolution,
    }));
    writeFileSync(
      join(cwd, `${name}.jsonl`),
      lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
    );
  }
  const evalkit = (...words: string[]) => runCli(words, { cwd, env });
  const run = (...words: string[]) =>
    evalkit(
      ...`humaneval --model scripted:good.jsonl,scripted:bad.jsonl --prompt raw --parallel 1`.split(
        ' ',
      ),
      ...`--limit ${TASKS} --no-perplexity --test-seed one`.split(' '),
      ...words,
    );
  const read = (path: string) => readFileSync(join(cwd, path), 'utf8');
  return { cwd, evalkit, run, read };
}

/** A report without what no two machines, or two starts of one, have in common. */
function comparable(text: string): unknown {
  const {
    startedAt: _,
    merged: __,
    command: ___,
    cells,
    ...report
  } = reportSchema.parse(JSON.parse(text));
  return {
    ...report,
    cells: cells.map(({ generation, loadMs, ...cell }) => ({
      ...cell,
      loadMs: typeof loadMs,
      ...('notRun' in generation
        ? { generation }
        : { generation: { ...generation, wallMs: 0, loadMs: 0, sessions: 0 } }),
    })),
  };
}

test('shards are no whole run, and merged they are byte for byte the one of a single machine', async () => {
  const { cwd, evalkit, run, read } = await setUp();
  for (const index of [1, 2]) {
    const { stdout, stderr, exitCode } = await run('--shard', `${index}/2`, '--out', `s${index}`);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain(`HumanEval: shard ${index}/2, `);
    expect(stdout).toContain('no whole run; put all 2 together with evalkit merge');
    expect(stdout).not.toMatch(/\d+\.\d %  /);
  }
  expect((await run('--out', 'whole')).exitCode).toBe(0);

  // Wherever a whole run is needed, a shard is none.
  for (const words of [
    ['gate', 's1'],
    ['compare', 's1'],
    ['baseline', 'write', 's1', '--out', 'b.json'],
  ]) {
    const { exitCode, stderr } = await evalkit(...words);
    expect([exitCode, stderr]).toEqual([
      3,
      expect.stringContaining('s1 is shard 1/2, no whole run'),
    ]);
  }
  const shown = await Promise.all(['s1', 's2'].map((shard) => evalkit('show', shard, '0')));
  expect(shown.map(({ exitCode }) => exitCode).toSorted()).toEqual([0, 3]);
  expect(await run('--shard', '2/2', '--out', 's1')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining(
      'holds shard 1/2 of this run, and this command makes shard 2/2',
    ),
  });

  const merged = await evalkit('merge', 's2', 's1', '--out', 'merged', '--json');
  expect(merged.exitCode, merged.stderr).toBe(0);
  for (const file of ['completions.jsonl', 'samples.jsonl']) {
    expect(read(`merged/${file}`)).toBe(read(`whole/${file}`));
  }
  expect(comparable(merged.stdout)).toEqual(comparable(read('whole/report.json')));
  expect(read('merged/report.json')).toBe(merged.stdout);
  const report = reportSchema.parse(JSON.parse(merged.stdout));
  expect(report.merged).toHaveLength(2);
  // That of a shard would not make this run.
  expect(report).not.toHaveProperty('command');
  // It is a run as any other: nothing is left for the command to do.
  expect((await run('--out', 'merged')).exitCode).toBe(0);
  expect(read('merged/completions.jsonl')).toBe(read('whole/completions.jsonl'));

  const part = await evalkit('merge', 's2', '--out', 'part');
  expect([part.exitCode, part.stderr]).toEqual([
    3,
    expect.stringContaining('shard 1/2 is not among the folders'),
  ]);
  expect((await evalkit('gate', 'part')).exitCode).toBe(3);

  expect(await evalkit('merge', 's1', 's2', '--out', 'merged')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('merged holds a run; choose another --out, or --fresh'),
  });
  cpSync(join(cwd, 's1'), join(cwd, 'copy'), { recursive: true });
  writeFileSync(join(cwd, 'merged/mine.txt'), 'a note');
  const again = await evalkit('merge', 's1', 'copy', 's2', '--out', 'merged', '--fresh');
  expect(again.exitCode, again.stderr).toBe(0);
  expect(read('merged/completions.jsonl')).toBe(read('whole/completions.jsonl'));
  expect(read('merged/mine.txt')).toBe('a note');
});

test('stages may be done apart: what is generated here is judged there, without the weights', async () => {
  const { cwd, evalkit, run, read } = await setUp();
  const generated = await run('--only', 'generate', '--out', 'run');
  expect(generated.exitCode, generated.stderr).toBe(0);
  expect(generated.stdout).toContain('nothing has been judged yet: evalkit judge RUN judges it');
  expect((await evalkit('report', 'run')).stdout).toContain('incomplete');
  expect((await evalkit('gate', 'run')).exitCode).toBe(3);
  const before = read('run/completions.jsonl');
  for (const name of ['good', 'bad']) {
    rmSync(join(cwd, `${name}.jsonl`));
  }
  cpSync(join(cwd, 'run'), join(cwd, 'copy'), { recursive: true });
  const judged = await evalkit('judge', 'copy', '--test-seed', 'one', '--json');
  expect(judged.exitCode, judged.stderr).toBe(0);
  const { status, cells } = reportSchema.parse(JSON.parse(judged.stdout));
  expect(status).toBe('partial');
  expect(cells.map(({ passAt1 }) => passAt1)).toMatchObject([{ passed: 5 }, { passed: 3 }]);
  expect(read('copy/completions.jsonl')).toBe(before);
  expect(await evalkit('judge', 'copy', '--extract')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('--extract has no use where a run is judged'),
  });
  // Another sandbox would judge otherwise.
  expect(await evalkit('judge', 'copy', '--timeout', '9')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('grading.limits.timeoutMs is 3000 in the folder, 9000'),
  });
});

test('what a shard and a stage cannot be is refused before anything is done', async () => {
  const { evalkit, run } = await setUp();
  const refused: readonly (readonly [words: readonly string[], says: string])[] = [
    [['--shard', '3/2'], '--shard 3/2: is beyond the last shard'],
    [
      ['--shard', 'auto'],
      'none of SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX, CI_NODE_INDEX is set',
    ],
    [['--shard', '1/2', '--gate'], '--gate has no use with --shard 1/2'],
    [['--only', 'judge'], '--only judge has no use without --out'],
    [['--only', 'judge', '--out', 'none'], 'holds no run yet; generate it first'],
    [['--only', 'generate', '--out', 'x', '--gate'], '--only generate has no use with --gate'],
  ];
  for (const [words, says] of refused) {
    const { exitCode, stderr } = await run(...words);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(says)]);
  }
  expect(await evalkit('merge', 'nowhere', '--out', 'x')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('no run in'),
  });
});

test.each([
  ['a noise floor', ['--noise-floor'], 3],
  ['several samples a task', ['--decode', 'sample', '--samples', '3'], 2],
])('%s of shards is that of one machine', async (_name, words, cells) => {
  const { cwd, evalkit, read } = await setUp();
  const tasks = (await humanevalTasks()).slice(0, TASKS);
  for (const [name, wrong] of [
    ['first', 2],
    ['second', 3],
  ] as const) {
    const lines = tasks.flatMap(({ taskId, canonicalSolution }) =>
      [0, 1, 2].map((sample) => ({
        task_id: taskId,
        completion:
          sample === wrong % 3 ? '    return None\n' : `${canonicalSolution}# ${sample}\n`,
      })),
    );
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    writeFileSync(join(cwd, `${name}.jsonl`), text);
  }
  const run = (...more: string[]) =>
    evalkit(
      ...'humaneval --model scripted:first.jsonl,scripted:second.jsonl --prompt raw'.split(' '),
      ...`--parallel 1 --limit ${TASKS} --no-perplexity --no-latency --test-seed one`.split(' '),
      ...words,
      ...more,
    );
  for (const part of [
    ['--shard', '1/2', '--out', 's1'],
    ['--shard', '2/2', '--out', 's2'],
    ['--out', 'whole'],
  ]) {
    const { exitCode, stderr } = await run(...part);
    expect(exitCode, stderr).toBe(0);
  }
  const merged = await evalkit('merge', 's1', 's2', '--out', 'merged', '--json');
  expect(merged.exitCode, merged.stderr).toBe(0);
  const linesOf = (path: string) => read(path).trimEnd().split('\n').toSorted();
  expect(linesOf('merged/completions.jsonl')).toEqual(linesOf('whole/completions.jsonl'));
  expect(comparable(merged.stdout)).toEqual(comparable(read('whole/report.json')));
  expect(reportSchema.parse(JSON.parse(merged.stdout)).cells).toHaveLength(cells);
});

test('samples that were judged and a text that was scored in shards become whole too', async () => {
  const { cwd, evalkit, read } = await setUp();
  const rows = ROWS.map((text) => `${JSON.stringify({ text })}\n`).join('');
  writeFileSync(join(cwd, 'rows.jsonl'), rows);
  const commands = {
    judge: (folder: string) => ['judge', 'good.jsonl', '--test-seed', 'one', '--run', folder],
    perplexity: (folder: string) => [
      ...'perplexity --model tiny.gguf --threads 1 --ppl-data rows.jsonl --out'.split(' '),
      folder,
    ],
  };
  for (const [name, words] of Object.entries(commands)) {
    for (const index of [1, 2]) {
      const shard = await evalkit(...words(`${name}-${index}`), '--shard', `${index}/2`);
      expect(shard.exitCode, shard.stderr).toBe(0);
    }
    expect((await evalkit(...words(`${name}-whole`))).exitCode).toBe(0);
    const part = await evalkit('merge', `${name}-2`, '--out', `${name}-part`);
    expect([part.exitCode, part.stderr]).toEqual([
      3,
      expect.stringContaining('shard 1/2 is not among the folders'),
    ]);
    const merged = await evalkit('merge', `${name}-1`, `${name}-2`, '--out', `${name}-merged`);
    expect(merged.exitCode, merged.stderr).toBe(0);
  }
  const outcomes = (folder: string) =>
    read(`${folder}/verdicts.jsonl`)
      .trimEnd()
      .split('\n')
      .map((line) => {
        const { sample, outcome } = JSON.parse(line) as Record<string, unknown>;
        return [sample, outcome];
      });
  expect(outcomes('judge-merged')).toEqual(outcomes('judge-whole'));
  const scores = (folder: string) => read(`${folder}/scores.jsonl`).split('\n').toSorted();
  expect(scores('perplexity-merged')).toEqual(scores('perplexity-whole'));
});
