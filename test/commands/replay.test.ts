import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { completionSchema } from '../../src/records/completion.ts';
import { reportSchema } from '../../src/records/report.ts';
import { makeTinyGguf } from '../fixtures/tiny-gguf.ts';
import { SHORT, setUpTinyRun } from '../fixtures/tiny-run.ts';

function completionsIn(folder: string) {
  return readFileSync(join(folder, 'completions.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => completionSchema.parse(JSON.parse(line)));
}

test('cells read along with one of them, give what they give anyway, and resume', async () => {
  const { cwd, humaneval } = await setUpTinyRun({ type: 'f32' });
  await makeTinyGguf(join(cwd, 'near.gguf'), { type: 'f32', seed: 7 });
  const words = ['--model', 'tiny.gguf,near.gguf', ...SHORT];
  const plain = await humaneval(...words, '--out', 'plain');
  expect(plain.exitCode, plain.stderr).toBe(0);
  const along = ['--replay', 'tiny:f32', '--noise-floor', '--out', 'along'];
  const replayed = await humaneval(...words, ...along, '--json');
  expect(replayed.exitCode, replayed.stderr).toBe(0);
  const folder = join(cwd, 'along');
  const completions = completionsIn(folder);
  const texts = (cell: string, all = completions) =>
    all
      .filter((one) => one.cell === cell)
      .map(({ taskId, text }) => `${taskId} ${text}`)
      .toSorted();
  const alone = completionsIn(join(cwd, 'plain'));
  expect(texts('near:f32/greedy')).toEqual(texts('near:f32/greedy', alone));
  const of = (cell: string) => completions.filter((one) => one.cell === cell);
  expect(of('tiny:f32/greedy').every(({ replay }) => replay === undefined)).toBe(true);
  expect(of('near:f32/greedy').every(({ replay }) => replay !== undefined)).toBe(true);
  const itself = of('tiny:f32/greedy/replay-floor');
  expect(itself).toHaveLength(3);
  expect(itself.every(({ replay }) => (replay?.accepted ?? 0) > 0)).toBe(true);
  const { cells } = reportSchema.parse(JSON.parse(replayed.stdout));
  const [tiny, near] = cells;
  expect(tiny?.replay).toBeUndefined();
  expect(near?.replay).toEqual({ reference: 'tiny:f32/greedy' });
  expect(cells.at(-1)?.overlap).toMatchObject({ tasks: 3, replay: { n: 3 } });

  const path = join(folder, 'completions.jsonl');
  const kept = readFileSync(path, 'utf8').trimEnd().split('\n').slice(0, 4);
  writeFileSync(path, `${kept.join('\n')}\n`);
  rmSync(join(folder, 'report.json'));
  const resumed = await humaneval(...words, ...along);
  expect(resumed.exitCode, resumed.stderr).toBe(0);
  const again = completionsIn(folder);
  expect(again.slice(0, 4)).toEqual(completions.slice(0, 4));
  const keys = (all: typeof completions) => all.map(({ key }) => key).toSorted();
  expect(keys(again)).toEqual(keys(completions));
  expect(new Set(keys(again)).size).toBe(12);
});

test('what is read along with is generated first, whatever the order of the models', async () => {
  const { cwd, humaneval } = await setUpTinyRun();
  await makeTinyGguf(join(cwd, 'near.gguf'), { seed: 7 });
  const words = ['--model', 'near.gguf,tiny.gguf', ...SHORT, '--replay', 'tiny:f16'];
  const { exitCode, stderr } = await humaneval(...words, '--only', 'generate', '--out', 'run');
  expect(exitCode, stderr).toBe(0);
  const cells = completionsIn(join(cwd, 'run')).map(({ cell }) => cell);
  expect(cells[0]).toBe('tiny:f16/greedy');
  expect(cells.at(-1)).toBe('near:f16/greedy');
});

test.each([
  [16, 0],
  [4, 3],
])('by itself it reads along where few are under way at once (%i)', async (parallel, along) => {
  const { cwd, humaneval } = await setUpTinyRun();
  const models = ['--base', 'tiny.gguf', '--model', 'f16,q8_0'];
  const words = [...models, ...SHORT, '--parallel', String(parallel)];
  const generated = [...words, '--only', 'generate', '--out', 'run'];
  const { exitCode, stderr } = await humaneval(...generated, '--replay', 'auto');
  expect(exitCode, stderr).toBe(0);
  const replayed = completionsIn(join(cwd, 'run')).filter(({ replay }) => replay !== undefined);
  expect(replayed).toHaveLength(along);
});

test('a name that no cell has is refused with the names, before anything is made', async () => {
  const { tiny } = await setUpTinyRun();
  const { exitCode, stderr } = await tiny('--replay', 'q3');
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(
    /--replay q3: no cell of this run is called so; name one of tiny:f16\/greedy/,
  );
});

test.each([
  ['qwen2.ssm.conv_kernel', 'its state cannot go back'],
  ['gemma3.attention.sliding_window', 'its cache cannot go back'],
])(
  'a model that cannot go back (%s) is asked token by token, and why is said',
  async (key, why) => {
    const { cwd, humaneval } = await setUpTinyRun();
    const metadata = { [key]: { type: 'u32', value: 4 } } as const;
    await makeTinyGguf(join(cwd, 'forward.gguf'), { metadata });
    const words = ['--model', 'tiny.gguf,forward.gguf', ...SHORT, '--replay', 'tiny:f16'];
    const done = await humaneval(...words, '--only', 'generate', '--out', 'run');
    expect(done.exitCode, done.stderr).toBe(0);
    const own = completionsIn(join(cwd, 'run')).filter(({ cell }) => cell === 'forward:f16/greedy');
    expect(own.map(({ replay }) => replay)).toEqual([undefined, undefined, undefined]);
    const { exitCode, stdout, stderr } = await humaneval(...words, '--out', 'run', '--json');
    expect(exitCode, stderr).toBe(0);
    const cell = reportSchema.parse(JSON.parse(stdout)).cells.find(({ id }) => id === own[0]?.cell);
    expect(cell?.replay).toEqual({ notRun: expect.stringContaining(why) });
  },
);
