import { expect, test } from 'vitest';
import { createTorchEngine } from '../../src/engines/torch/engine.ts';
import { planSettings } from '../../src/engines/torch/settings.ts';
import { generateAll, NEVER, requestFor } from '../engines/llama-cpp/tiny-session.ts';
import { ENVIRONMENT_ENV, isInstalled } from '../engines/torch/environments.ts';
import { hasTorch, TORCH_PYTHON, tinyFolder } from '../engines/torch/tiny-torch.ts';

async function tokensOf(variant: string, env: NodeJS.ProcessEnv = ENVIRONMENT_ENV) {
  const [choice] = planSettings('completions', {}, variant);
  const engine = await createTorchEngine({
    env,
    cwd: process.cwd(),
    options: {},
    variants: [variant],
  });
  await using session = await engine.open({
    modelPath: await tinyFolder('qwen2'),
    threads: undefined,
    parallel: 1,
    settings: choice?.settings ?? {},
    signal: NEVER,
  });
  const [result] = await generateAll(session, [requestFor('def add(a, b):\n', { maxTokens: 6 })]);
  return { tokens: result?.tokens, audit: session.info.audit };
}

test.skipIf(!(await isInstalled('torch')))(
  'a compiled model says what the model says, and its audit tells of compiling',
  async () => {
    const { tokens, audit } = await tokensOf('compile');
    expect(tokens).toEqual((await tokensOf('fp32')).tokens);
    expect(audit?.kernel).toMatch(/^torch\.compile \(inductor\), float32/);
    expect(audit?.notes[0]).toMatch(/^compiling and warming up took \d+ s of loading/);
  },
);

test.skipIf(!hasTorch)('a model is compiled where the cache cannot be written, too', async () => {
  const env = { ...process.env, EVALKIT_ENGINE_PYTHON: TORCH_PYTHON, EVALKIT_CACHE: '/dev/null' };
  const { audit } = await tokensOf('compile', env);
  expect(audit?.kernel).toMatch(/^torch\.compile \(inductor\)/);
});
