import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { completionSchema } from '../../src/records/completion.ts';
import { sha256Json } from '../../src/records/hash.ts';
import { perplexityRunReportSchema } from '../../src/records/perplexity-report.ts';
import { scoreSchema } from '../../src/records/perplexity.ts';
import { runCli } from '../fixtures/cli.ts';
import { CHATML_TEMPLATE, makeTinyGguf } from '../fixtures/tiny-gguf.ts';
import { setUpTinyRun } from '../fixtures/tiny-run.ts';

const TASKS = ['--limit', '8', '--max-tokens', '8', '--threads', '1'];

/** A folder with a run of two tiny models that was only generated, and how to score its answers. */
async function setUp(prompt: 'raw' | 'chat') {
  const { cwd, env, humaneval } = await setUpTinyRun({ seed: 1, chatTemplate: CHATML_TEMPLATE });
  await makeTinyGguf(join(cwd, 'near.gguf'), { seed: 7, chatTemplate: CHATML_TEMPLATE });
  const models = ['--model', 'tiny.gguf,near.gguf'];
  const asked = [...models, ...TASKS, '--prompt', prompt];
  const { exitCode, stderr } = await humaneval(...asked, '--only', 'generate', '--out', 'run');
  expect(exitCode, stderr).toBe(0);
  const score = (...words: string[]) =>
    runCli(['perplexity', '--threads', '1', ...models, ...words], { cwd, env });
  return { cwd, score };
}

function linesOf(...path: string[]): unknown[] {
  const lines = readFileSync(join(...path), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => JSON.parse(line));
}

test.each(['raw', 'chat'] as const)(
  'a model finds its own greedy answers likeliest, behind the prompts that it was asked (%s)',
  async (prompt) => {
    const { cwd, score } = await setUp(prompt);
    const words = ['--answers', 'run#tiny', '--kl', '--out', 'scores', '--json'];
    const { exitCode, stdout, stderr } = await score(...words);
    expect(exitCode, stderr).toBe(0);
    const { plan, cells } = perplexityRunReportSchema.parse(JSON.parse(stdout));
    expect(plan.text).toMatchObject({
      source: { name: 'answers of tiny:f16/greedy in run' },
      field: 'completion',
      after: 'prompt',
      rows: 8,
    });
    expect(cells[1]?.divergence).toMatchObject({ reference: 'tiny:f16', rows: 8 });
    expect(cells[1]?.screen).toBeUndefined();
    const answers = linesOf(cwd, 'run', 'completions.jsonl').map((line) =>
      completionSchema.parse(line),
    );
    const scores = linesOf(cwd, 'scores', 'scores.jsonl').map((line) => scoreSchema.parse(line));
    // Where the text is cut into the tokens that it was generated as, each of them is the likeliest.
    const same = answers.flatMap(({ cell, tokens = [] }) => {
      const found = scores.find(
        ({ subject, tokensSha256 }) =>
          cell.startsWith(subject) && tokensSha256 === sha256Json(tokens),
      );
      return found === undefined ? [] : [{ likeliest: found.likeliest, tokens }];
    });
    expect(same.length).toBeGreaterThan(0);
    for (const { likeliest, tokens } of same) {
      expect(likeliest).toEqual(tokens);
    }
  },
);

const REFUSED: readonly (readonly [words: string, message: RegExp])[] = [
  ['--answers run --ppl-data rows.jsonl', /--ppl-data .* has no use with --answers run, which are/],
  ['--answers run --method llama-cpp', /--answers run has no use with --method llama-cpp/],
  ['--data rows.jsonl', /--data rows\.jsonl has no use without --answers/],
  ['--answers nowhere', /nowhere/],
  ['--answers run#q3_k_m', /run has no cell q3_k_m/],
  ['--answers run --data rows.jsonl', /--data rows\.jsonl is not the data set of this run/],
  [
    '--answers run --reference http://127.0.0.1:9/v1#m',
    /tiny:f16\/greedy was asked in a chat, and http\S+ is a server, which takes no answer/,
  ],
];

test('answers that cannot be scored are refused before a model is loaded', async () => {
  const { cwd, score } = await setUp('chat');
  writeFileSync(join(cwd, 'rows.jsonl'), '{"text":"x = 1"}\n');
  for (const [words, message] of REFUSED) {
    const { exitCode, stderr } = await score(...words.split(' '));
    expect(exitCode, stderr).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('loading');
  }
});
