import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execaNode } from 'execa';
import { describe, expect, test } from 'vitest';
import { perplexityRunReportSchema } from '../../src/records/perplexity-report.ts';
import { readRun } from '../../src/store/run-store.ts';
import { hasTorch } from '../engines/torch/tiny-torch.ts';
import { runCli } from '../fixtures/cli.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { weightsCache } from '../fixtures/weights.ts';

const BOTH = 'f16,torch:f16@fp32';

/** A few rows of code, made by the generator of the other parity tests. */
async function writeRows(path: string): Promise<void> {
  const generator = fileURLToPath(new URL('../../bench/parity/text.ts', import.meta.url));
  const { stdout } = await execaNode(generator);
  const rows = Array.from({ length: 6 }, (_, row) => stdout.slice(row * 1_200, (row + 1) * 1_200));
  writeFileSync(path, rows.map((text) => `${JSON.stringify({ text })}\n`).join(''));
}

async function run(...words: string[]) {
  const cwd = temporaryFolder();
  await writeRows(join(cwd, 'rows.jsonl'));
  const done = await runCli([...words, '--json', '--out', 'run'], {
    cwd,
    env: { EVALKIT_CACHE: weightsCache() },
  });
  expect(done.stderr).not.toContain('defect');
  expect(done.exitCode, done.stderr).toBe(0);
  return { folder: join(cwd, 'run'), stdout: done.stdout };
}

describe.skipIf(!hasTorch)('torch and llama.cpp on the same weights', () => {
  test('choose the same tokens after five tasks', async () => {
    const { folder } = await run(
      'humaneval',
      '--model',
      BOTH,
      '--limit',
      '5',
      '--max-tokens',
      '32',
      '--prompt',
      'raw',
      '--parallel',
      '1',
      '--no-latency',
      '--no-perplexity',
    );
    const { completions, header } = readRun(folder);
    const [one = '', other = ''] = header.plan.cells.map(({ id }) => id);
    expect(other).toBe('qwen2.5-coder-0.5b:f16@fp32/greedy');
    const of = (cell: string) =>
      completions
        .filter((each) => each.cell === cell)
        .map(({ taskId, tokens, text, renderedSha256 }) => [taskId, tokens, text, renderedSha256])
        .toSorted();
    expect(of(other)).toHaveLength(5);
    expect(of(other)).toEqual(of(one));
  });

  test('give the same perplexity within 0.1 %', async () => {
    const { stdout } = await run(
      'perplexity',
      '--model',
      BOTH,
      '--ppl-data',
      'rows.jsonl',
      '--reference',
      'f16',
      '--kl',
    );
    const { cells } = perplexityRunReportSchema.parse(JSON.parse(stdout));
    const micro = cells.map(({ perplexity }) => ('micro' in perplexity ? perplexity.micro : NaN));
    expect(micro).toHaveLength(2);
    const ratio = (micro[1] ?? NaN) / (micro[0] ?? NaN);
    expect(Math.abs(ratio - 1)).toBeLessThanOrEqual(0.001);
  });
});
