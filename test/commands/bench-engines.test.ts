import { join } from 'node:path';
import { expect, test } from 'vitest';
import { benchReportSchema } from '../../src/records/bench.ts';
import { hasTorch, TORCH_PYTHON, tinyFolder } from '../engines/torch/tiny-torch.ts';
import { runCli } from '../fixtures/cli.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { makeTinyGguf } from '../fixtures/tiny-gguf.ts';

const SIZES = ['--ctx-size', '32', '--new-tokens', '2', '--warmup', '0', '--repeats', '2'];

test.runIf(hasTorch)(
  'models of two engines stand in one grid, each by its own software',
  async () => {
    const cwd = temporaryFolder();
    await makeTinyGguf(join(cwd, 'tiny.gguf'));
    const model = `tiny.gguf,torch:${await tinyFolder('qwen2')}@fp32`;
    const words = ['bench', '--model', model, '--threads', '1', ...SIZES];
    const env = { EVALKIT_ENGINE_PYTHON: TORCH_PYTHON };
    const { exitCode, stdout, stderr } = await runCli([...words, '--json'], { cwd, env });
    expect(exitCode, stderr).toBe(0);
    const { cells, engine } = benchReportSchema.parse(JSON.parse(stdout));
    expect(cells.map(({ outcome }) => outcome?.kind)).toEqual(['measured', 'measured']);
    expect(cells.map((cell) => (cell.engine ?? engine).name)).toEqual(['llama-cpp', 'torch']);
  },
);

test('a row whose engine is not installed stands in the grid with the reason', async () => {
  const cwd = temporaryFolder();
  await makeTinyGguf(join(cwd, 'tiny.gguf'));
  const words = ['bench', '--model', 'tiny.gguf,torch:tiny.gguf@fp32', '--threads', '1', ...SIZES];
  const env = { EVALKIT_ENGINE_PYTHON: '' };
  const { exitCode, stdout, stderr } = await runCli([...words, '--json'], { cwd, env });
  expect(exitCode, stderr).toBe(0);
  const { cells, notRun } = benchReportSchema.parse(JSON.parse(stdout));
  expect(cells).toHaveLength(1);
  expect(notRun).toEqual([
    { id: 'torch:tiny.gguf@fp32', reason: expect.stringContaining('evalkit engine install torch') },
  ]);
});
