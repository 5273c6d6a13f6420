import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { perplexityRunReportSchema } from '../../src/records/perplexity-report.ts';
import { runCli } from '../fixtures/cli.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { ADD } from '../fixtures/task.ts';
import { makeTinyGguf } from '../fixtures/tiny-gguf.ts';

/** A folder with tasks and a tiny model in it, and how to screen others against it. */
async function setUp() {
  const cwd = temporaryFolder();
  const tasks = Array.from({ length: 6 }, (_, index) => ({
    task_id: `Test/${index}`,
    prompt: `${ADD.prompt}# ${index}\n`,
    entry_point: ADD.entryPoint,
    canonical_solution: `    return a + b + ${index}\n`,
    test: 'def check(candidate):\n    assert candidate(1, 2) == 3\n',
  }));
  writeFileSync(
    join(cwd, 'tasks.jsonl'),
    tasks.map((task) => `${JSON.stringify(task)}\n`).join(''),
  );
  await makeTinyGguf(join(cwd, 'own.gguf'), { seed: 1 });
  const screen = (...words: string[]) =>
    runCli(['screen', '--data', 'tasks.jsonl', '--threads', '1', ...words], { cwd });
  return { cwd, screen };
}

test('a twin is not damaged, which does not make it fine; other weights and another template are', async () => {
  const { cwd, screen } = await setUp();
  await makeTinyGguf(join(cwd, 'twin.gguf'), { seed: 1 });
  await makeTinyGguf(join(cwd, 'other.gguf'), { seed: 2 });
  await makeTinyGguf(join(cwd, 'words.GGUF'), { seed: 1, chatTemplate: '{{ messages }}' });
  const sound = await screen('--model', 'own.gguf,twin.gguf', '--out', 'sound');
  expect(sound.stderr).not.toContain('defect');
  expect(sound.exitCode).toBe(0);
  expect(sound.stdout).toContain('screen: twin:f16 no damage seen; tasks.jsonl');
  expect(sound.stdout).toContain('not that it is good');

  const models = ['--model', 'own.gguf,other.gguf,words.GGUF', '--reference', 'own.gguf'];
  const damaged = await screen(...models, '--out', 'damaged', '--json');
  expect(damaged.exitCode).toBe(1);
  const { cells, plan } = perplexityRunReportSchema.parse(JSON.parse(damaged.stdout));
  expect(plan.text).toMatchObject({ field: 'canonical_solution', after: 'prompt', rows: 6 });
  expect(cells[0]?.screen).toBeUndefined();
  const found = cells.slice(1).map((cell) => ({
    verdict: cell.screen?.verdict,
    damage: cell.screen?.checks.filter(({ isDamage }) => isDamage).map(({ name }) => name),
  }));
  expect(found).toEqual([
    { verdict: 'damaged', damage: ['KL'] },
    { verdict: 'damaged', damage: ['chat template'] },
  ]);

  const again = await runCli(['report', 'damaged', '--format', 'json'], { cwd });
  expect(again.stdout).toBe(damaged.stdout);
  const scores = readFileSync(join(cwd, 'damaged', 'scores.jsonl'), 'utf8')
    .trim()
    .split('\n');
  // Only the solution's tokens: fewer than the prompt has.
  expect(JSON.parse(scores[0] ?? '').bytes).toBe('    return a + b + 0\n'.length);
});

test('a single model has nothing to be held against', async () => {
  const { screen } = await setUp();
  const { exitCode, stderr } = await screen('--model', 'own.gguf');
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/a screen holds files against a reference; name several with --model/);
});
