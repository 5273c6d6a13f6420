import { join } from 'node:path';
import type { Token } from 'node-llama-cpp';
import { onTestFinished, expect, test } from 'vitest';
import { createContext } from '../../../../src/engines/llama-cpp/decode/context.ts';
import { loadModel } from '../../../../src/engines/llama-cpp/load/load-model.ts';
import { contextSettings } from '../../../../src/engines/llama-cpp/settings.ts';
import { ThreadGovernor } from '../../../../src/engines/llama-cpp/threads/governor.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';
import { makeTinyGguf } from '../../../fixtures/tiny-gguf.ts';
import { SETTINGS } from '../tiny-session.ts';

/** A context whose governor has chosen one of three threads, and three are fixed. */
async function governedContext() {
  const modelPath = join(temporaryFolder(), 'tiny.gguf');
  await makeTinyGguf(modelPath);
  const nothing = () => undefined;
  const model = await loadModel({ modelPath, gpuLayers: 0, log: nothing, onProgress: nothing });
  const governor = new ThreadGovernor({
    home: 3,
    begin: 1,
    cores: 3,
    othersCores: () => 3,
    onFewer: nothing,
  });
  const context = await createContext(
    { model, context: contextSettings(SETTINGS), threads: 3, governor, complaints: [] },
    { sequences: 1, contextSize: 512 },
  );
  onTestFinished(() => model.dispose());
  return { model, context, governor };
}

test('passes are computed with the threads that the governor says, and it is told of them', async () => {
  const { model, context, governor } = await governedContext();
  const sequence = context.getSequence();
  expect(context.currentThreads).toBe(3);
  await sequence.evaluateWithoutGeneratingNewTokens(model.tokenize('def f(x):'));
  expect(context.currentThreads).toBe(1);
  expect(governor.takeUse()).toEqual([{ threads: 1, ms: expect.any(Number) }]);
});

test('a lone token far behind keeps the fixed count, which its floats depend on', async () => {
  const { model, context, governor } = await governedContext();
  const [token] = model.tokenize('x');
  if (token === undefined) {
    throw new Error('no token');
  }
  const sequence = context.getSequence();
  await sequence.evaluateWithoutGeneratingNewTokens(Array.from({ length: 300 }, () => token));
  expect(context.currentThreads).toBe(1);
  await sequence.evaluateWithoutGeneratingNewTokens([token]);
  expect(context.currentThreads).toBe(3);
  governor.keepsFloats = false;
  await sequence.evaluateWithoutGeneratingNewTokens([token]);
  expect(context.currentThreads).toBe(1);
});

/** What a model says after tokens, one at a time behind a beginning, with so many threads. */
async function weightsAfter(depth: number, threads: number, sequences: number) {
  const { model } = await governedContext();
  const text = model.tokenize('def f(x): return x # abc');
  const at = (index: number) => text[(index * 7) % text.length] ?? 0;
  const context = await createContext(
    { model, context: contextSettings(SETTINGS), threads, complaints: [] },
    { sequences, contextSize: 512 },
  );
  const all = Array.from({ length: sequences }, () => context.getSequence());
  const ask = { token: true, totalLogitWeight: true, options: { temperature: 0 } } as const;
  const outputs = await Promise.all(
    all.map(async (sequence) => {
      // Plain numbers that the model's own tokenizer gave.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      const beginning = Array.from({ length: depth }, (_, index) => at(index)) as Token[];
      await sequence.evaluateWithoutGeneratingNewTokens(beginning);
      const last = beginning.slice(0, 1).map((token) => [token, { generateNext: ask }] as const);
      return sequence.controlledEvaluate(last.map(([token, what]) => [token, what]));
    }),
  );
  return outputs.flat().map((output) => output?.next.totalLogitWeight);
}

test.each([
  ['a lone token', 200, 1],
  ['two tokens far behind', 300, 2],
])('%s has the same floats with any thread count', async (_, depth, sequences) => {
  expect(await weightsAfter(depth, 2, sequences)).toEqual(await weightsAfter(depth, 1, sequences));
});

test('a lone token far behind has not: when it has, it need not be kept from other counts', async () => {
  expect(await weightsAfter(300, 2, 1)).not.toEqual(await weightsAfter(300, 1, 1));
});
