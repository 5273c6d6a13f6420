import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { EngineSession } from '../../src/engines/engine.ts';
import type { GenerationRequest } from '../../src/engines/generation.ts';
import { createLlamaCppEngine } from '../../src/engines/llama-cpp/engine.ts';
import { planSettings } from '../../src/engines/llama-cpp/settings.ts';
import { HUMANEVAL } from '../../src/suites/humaneval/suite.ts';
import { runCli } from '../fixtures/cli.ts';
import { humanevalTasks } from '../fixtures/humaneval.ts';
import { startLlamaServer } from '../fixtures/llama-server.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { weightsCache } from '../fixtures/weights.ts';
import { openHttp } from '../engines/openai-http/http-session.ts';

const { signal } = new AbortController();

/** The text and tokens of each request. */
async function completions(session: EngineSession, requests: readonly GenerationRequest[]) {
  const found = new Map<string, unknown>();
  await session.generate({
    requests,
    contextSize: 1_024,
    onResult: ({ id, text, tokens }) => found.set(id, { text, tokens }),
    signal,
  });
  return found;
}

test('greedy on a served model is what our own engine generates of the file, but for the rounding of builds', async () => {
  const { stdout } = await runCli(['models', 'pull', 'q4_k_m', '--json'], {
    cwd: temporaryFolder(),
    env: { EVALKIT_CACHE: weightsCache() },
  });
  const [file] = z
    .object({ models: z.array(z.object({ path: z.string() })) })
    .parse(JSON.parse(stdout)).models;
  const modelPath = file?.path ?? '';
  const sequences = [...HUMANEVAL.prompts.raw.stops];
  const requests = (await humanevalTasks()).slice(0, 20).map(
    ({ taskId, prompt }): GenerationRequest => ({
      id: taskId,
      prompt: { kind: 'text', text: prompt },
      maxTokens: 96,
      stop: { kind: 'sequences', sequences },
      decode: { mode: 'greedy' },
      seed: 0,
    }),
  );
  await using server = await startLlamaServer(modelPath, { slots: 1 });
  const { session } = await openHttp(server.url, { tuning: {} });
  const theirs = await completions(session, requests);
  const [choice] = planSettings('completions', {});
  await using own = await createLlamaCppEngine({ env: process.env }).open({
    modelPath,
    threads: 2,
    parallel: 1,
    settings: choice?.settings ?? {},
    signal,
  });
  const ours = await completions(own, requests);
  const same = [...ours].filter(([id, whole]) => isDeepStrictEqual(whole, theirs.get(id)));
  // Another build of llama.cpp rounds q4_k_m in another way: 5 of 20 left the way when this was written.
  // Where nothing is quantized every token is equal (llama-server.test.ts).
  expect(theirs.size).toBe(20);
  expect(same.length).toBeGreaterThanOrEqual(10);
});
