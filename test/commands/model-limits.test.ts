import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dryRunSchema } from '../../src/records/dry-run.ts';
import { makeTinyGguf } from '../fixtures/tiny-gguf.ts';
import { SHORT, setUpTinyRun } from '../fixtures/tiny-run.ts';

const ALONE = ['--no-latency', '--no-perplexity'] as const;
const STATE = { 'qwen2.ssm.conv_kernel': { type: 'u32', value: 4 } } as const;

test.each([[[]], [['--dry-run']]])(
  'a model without a chat template is refused a chat before it is loaded %j',
  async (dry) => {
    const { cwd, humaneval } = await setUpTinyRun();
    await makeTinyGguf(join(cwd, 'bare.gguf'), { chatTemplate: undefined });
    const chat = SHORT.map((word) => (word === 'raw' ? 'chat' : word));
    const words = ['--model', 'bare.gguf', ...chat, ...ALONE, ...dry];
    const { exitCode, stdout, stderr } = await humaneval(...words);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr.trim().split('\n').at(-1)).toMatch(
      /^evalkit: bare:f16\/greedy cannot be asked chat: it has no chat template; use --prompt raw$/,
    );
  },
);

test('a model whose state cannot go back takes no drafts and gives none', async () => {
  const { cwd, humaneval } = await setUpTinyRun();
  await makeTinyGguf(join(cwd, 'hybrid.gguf'), { metadata: STATE });
  const asked = ['--model', 'hybrid.gguf', ...SHORT, ...ALONE, '--decode'] as const;
  const alone = await humaneval(...asked, 'lookup');
  expect([alone.exitCode, alone.stdout]).toEqual([2, '']);
  expect(alone.stderr.trim()).toMatch(
    /hybrid:f16\/lookup: its state cannot go back.*it takes no drafts; choose another --decode$/,
  );
  const dry = await humaneval(...asked, 'greedy,lookup', '--dry-run', '--json');
  expect(dry.exitCode, dry.stderr).toBe(0);
  const { cells, notRun } = dryRunSchema.parse(JSON.parse(dry.stdout));
  expect(cells.map(({ id }) => id)).toEqual(['hybrid:f16/greedy']);
  expect(notRun).toMatchObject([{ id: 'hybrid:f16/lookup' }]);
  const drafted = ['--model', 'tiny.gguf', '--draft', 'hybrid.gguf', '--decode', 'assisted'];
  const draft = await humaneval(...drafted, ...SHORT, ...ALONE);
  expect([draft.exitCode, draft.stdout]).toEqual([2, '']);
  expect(draft.stderr.trim()).toMatch(
    /--draft hybrid\.gguf: a recurrent or hybrid model cannot draft; name another$/,
  );
});
