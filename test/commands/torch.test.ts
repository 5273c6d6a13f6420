import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { benchReportSchema } from '../../src/records/bench.ts';
import { dryRunSchema } from '../../src/records/dry-run.ts';
import { perplexityRunReportSchema } from '../../src/records/perplexity-report.ts';
import { reportSchema } from '../../src/records/report.ts';
import { readRun } from '../../src/store/run-store.ts';
import { hasTorch, TORCH_PYTHON, tinyFolder } from '../engines/torch/tiny-torch.ts';
import { runCli } from '../fixtures/cli.ts';
import { humanevalPath } from '../fixtures/humaneval.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const DATA = await humanevalPath();

/** A folder with tiny models in it, and how to run commands there. */
async function setUp() {
  const cwd = temporaryFolder();
  if (hasTorch) {
    cpSync(await tinyFolder('qwen2'), join(cwd, 'tiny'), { recursive: true });
    cpSync(await tinyFolder('qwen2-other'), join(cwd, 'other'), { recursive: true });
  }
  const env = { EVALKIT_DATA: DATA, EVALKIT_ENGINE_PYTHON: TORCH_PYTHON };
  const run = (...words: string[]) => runCli(words, { cwd, env });
  return { cwd, run };
}

describe.skipIf(!hasTorch)('evalkit with torch', () => {
  test('every mode runs, drafts change no greedy completion, and the run is resumed from its records', async () => {
    const { cwd, run } = await setUp();
    const words = [
      'humaneval',
      '--model',
      'torch:tiny',
      '--draft',
      'torch:other',
      '--threads',
      '1',
      '--decode',
      'greedy,sample,assisted,lookup',
      '--samples',
      '2',
      '--prompt',
      'raw',
      '--limit',
      '2',
      '--max-tokens',
      '12',
      '--parallel',
      '2',
      '--out',
      'run',
      '--latency-tasks',
      '1',
      '--latency-repeats',
      '1',
      '--no-perplexity',
      '--json',
    ];
    const { exitCode, stdout, stderr } = await run(...words);
    expect(exitCode, stderr).toBe(0);
    const report = reportSchema.parse(JSON.parse(stdout));
    expect(report.cells.map(({ id }) => id)).toEqual(
      ['greedy', 'sample', 'assisted', 'lookup'].map((mode) => `tiny:fp32/${mode}`),
    );
    expect(report.versions.engine).toMatch(/^torch 1/);
    for (const { id, agreement } of report.cells) {
      if (/assisted|lookup/.test(id)) {
        expect(agreement).toMatchObject({ n: 2, differing: [] });
      }
    }
    const { completions, sessions } = readRun(join(cwd, 'run'));
    const drafts = completions.flatMap(({ draft }) => draft ?? []);
    expect(drafts).toHaveLength(4);
    expect(drafts.reduce((sum, { drafted }) => sum + drafted, 0)).toBeGreaterThan(0);
    expect(sessions[0]?.audit).toMatchObject({ quantized: 0, attention: 'sdpa' });
    const again = await run(...words);
    expect(JSON.parse(again.stdout)).toEqual(JSON.parse(stdout));
  });

  test('variants are cells of one run, and their perplexities and divergence are scored', async () => {
    const { cwd, run } = await setUp();
    writeFileSync(join(cwd, 'rows.jsonl'), '{"text":"def add(a, b):\\n    return a + b\\n"}\n');
    const { exitCode, stdout, stderr } = await run(
      'perplexity',
      '--model',
      'torch:tiny,torch:tiny@bf16',
      '--reference',
      'torch:tiny',
      '--kl',
      '--ppl-data',
      'rows.jsonl',
      '--threads',
      '1',
      '--out',
      'scores',
      '--json',
    );
    expect(exitCode, stderr).toBe(0);
    const { cells } = perplexityRunReportSchema.parse(JSON.parse(stdout));
    expect(cells.map(({ quantization }) => quantization)).toEqual(['fp32', 'bf16']);
  });

  test('a grid of contexts and attention is timed, and what memory cannot hold reads OOM', async () => {
    const { run } = await setUp();
    const { exitCode, stdout, stderr } = await run(
      'bench',
      '--model',
      'torch:tiny',
      '--attention',
      'eager,flash',
      '--threads',
      '1',
      '--batch',
      '1',
      '--ctx-size',
      '32,20000',
      '--new-tokens',
      '2',
      '--warmup',
      '0',
      '--repeats',
      '1',
      '--memory',
      '1500',
      '--out',
      'grid',
      '--json',
    );
    expect(exitCode, stderr).toBe(0);
    const { cells, speedups } = benchReportSchema.parse(JSON.parse(stdout));
    const kinds = cells.map(({ outcome }) => outcome?.kind);
    expect(kinds.slice(0, 2)).toEqual(['measured', 'measured']);
    expect(kinds).toContain('oom');
    expect(speedups[0]?.what).toBe('flash attention over eager');
  });

  test.each([
    ['torch:tiny@int7', /no variant is called int7; nearest/],
    ['torch:nowhere/', /there is no folder .*nowhere; name one that transformers saved/],
    ['torch:pickled', /its weights as pickles \(pytorch_model\.bin\)/],
    ['torch:strange', /transformers does not know models of the type 'perceptron'/],
    ['torch:coded', /brings code of its own; --trust-remote-code runs it/],
  ])('%s is refused in one line', async (item, words) => {
    const { cwd, run } = await setUp();
    const changed = { strange: { model_type: 'perceptron' }, coded: { auto_map: {} } };
    for (const [name, config] of Object.entries(changed)) {
      mkdirSync(join(cwd, name));
      writeFileSync(join(cwd, name, 'config.json'), JSON.stringify(config));
      writeFileSync(join(cwd, name, 'model.safetensors'), 'weights');
    }
    mkdirSync(join(cwd, 'pickled'));
    writeFileSync(join(cwd, 'pickled/config.json'), '{}');
    writeFileSync(join(cwd, 'pickled/pytorch_model.bin'), '');
    const { exitCode, stdout, stderr } = await run('humaneval', '--model', item, '--limit', '1');
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr.trim().split('\n').at(-1)).toMatch(words);
  });

  test('code that a folder brings runs where the flag says so', async () => {
    const { cwd, run } = await setUp();
    const config = JSON.parse(readFileSync(join(cwd, 'tiny/config.json'), 'utf8'));
    const own = { ...config, auto_map: { AutoModelForCausalLM: 'modeling_own.Own' } };
    writeFileSync(join(cwd, 'tiny/config.json'), JSON.stringify(own));
    writeFileSync(
      join(cwd, 'tiny/modeling_own.py'),
      'from transformers import Qwen2ForCausalLM\n\n\nclass Own(Qwen2ForCausalLM):\n    pass\n',
    );
    const words = ['--model', 'torch:tiny', '--limit', '1', '--max-tokens', '2', '--prompt', 'raw'];
    const rest = ['--no-latency', '--no-perplexity', '--out', 'run', '--trust-remote-code'];
    const { exitCode, stderr } = await run('humaneval', ...words, ...rest);
    expect(exitCode, stderr).toBe(0);
    const [cell] = readRun(join(cwd, 'run')).header.plan.cells;
    const weights = cell?.model.weights;
    expect(weights?.kind === 'folder' && weights.files.map(({ name }) => name)).toContain(
      'modeling_own.py',
    );
  });

  test('a recurrent model is refused drafts by its config alone', async () => {
    const { cwd, run } = await setUp();
    mkdirSync(join(cwd, 'recurrent'));
    writeFileSync(join(cwd, 'recurrent/config.json'), JSON.stringify({ model_type: 'mamba' }));
    writeFileSync(join(cwd, 'recurrent/model.safetensors'), 'weights');
    const words = ['--model', 'torch:recurrent', '--decode', 'lookup', '--limit', '1'];
    const { exitCode, stderr } = await run('humaneval', ...words, '--prompt', 'raw');
    expect(exitCode).toBe(2);
    expect(stderr.trim().split('\n').at(-1)).toMatch(
      /recurrent:fp32\/lookup: its state cannot go back.*; choose another --decode$/,
    );
  });

  test('a variant that takes no drafts does without, and says why in its row', async () => {
    const { run } = await setUp();
    const models = ['--model', 'torch:tiny,torch:tiny@jit', '--draft', 'torch:other'];
    const asked = [...models, '--decode', 'greedy,assisted', '--prompt', 'raw', '--limit', '1'];
    const alone = ['--no-latency', '--no-perplexity', '--dry-run', '--json'];
    const { exitCode, stdout, stderr } = await run('humaneval', ...asked, ...alone);
    expect(exitCode, stderr).toBe(0);
    const { cells, notRun } = dryRunSchema.parse(JSON.parse(stdout));
    const ids = cells.map(({ id }) => id);
    expect(ids.filter((id) => id.endsWith('/greedy'))).toHaveLength(2);
    expect(ids.filter((id) => id.endsWith('/assisted'))).toHaveLength(1);
    expect(notRun).toMatchObject([{ reason: 'a traced model takes no drafts' }]);
  });

  test('a draft of another vocabulary is refused before anything is loaded', async () => {
    const { cwd, run } = await setUp();
    const path = join(cwd, 'other/tokenizer.json');
    writeFileSync(path, JSON.stringify({ model: { type: 'BPE', vocab: { a: 0 } } }));
    const { exitCode, stderr } = await run(
      'humaneval',
      '--model',
      'torch:tiny',
      '--draft',
      'torch:other',
      '--decode',
      'assisted',
      '--limit',
      '1',
      '--prompt',
      'raw',
    );
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/other: it cannot draft for this model/);
  });
});

test('without a Python it is said which command makes one', async () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'model'));
  const { exitCode, stderr } = await runCli(['humaneval', '--model', 'torch:model'], {
    cwd,
    env: { EVALKIT_DATA: DATA, EVALKIT_ENGINE_PYTHON: '' },
  });
  expect(exitCode).not.toBe(0);
  expect(stderr).toMatch(/evalkit engine install torch/);
});
