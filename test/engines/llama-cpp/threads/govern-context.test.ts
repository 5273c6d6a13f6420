import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Token } from 'node-llama-cpp';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { createContext } from '../../../../src/engines/llama-cpp/decode/context.ts';
import { Detokenizer } from '../../../../src/engines/text/detokenizer.ts';
import { generate } from '../../../../src/engines/llama-cpp/decode/generate.ts';
import { PromptRenderer } from '../../../../src/engines/llama-cpp/decode/render.ts';
import { loadModel } from '../../../../src/engines/llama-cpp/load/load-model.ts';
import { contextSettings } from '../../../../src/engines/llama-cpp/settings.ts';
import { ThreadGovernor } from '../../../../src/engines/llama-cpp/threads/governor.ts';
import { makeTinyGguf } from '../../../fixtures/tiny-gguf.ts';
import { requestFor, SETTINGS } from '../tiny-session.ts';

const nothing = () => undefined;
const model = await loadTiny();

async function loadTiny() {
  const folder = mkdtempSync(join(tmpdir(), 'evalkit-test-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const modelPath = join(folder, 'tiny.gguf');
  await makeTinyGguf(modelPath);
  return loadModel({ modelPath, gpuLayers: 0, log: nothing, onProgress: nothing });
}

async function contextOf(options: {
  readonly threads: number;
  readonly sequences: number;
  readonly governor?: ThreadGovernor;
}) {
  const { sequences, ...source } = options;
  const context = await createContext(
    { model, context: contextSettings(SETTINGS), complaints: [], ...source },
    { sequences, contextSize: 512 },
  );
  onTestFinished(() => context.dispose());
  return context;
}

/** A context whose governor has chosen one of two threads, and two are fixed. */
async function governedContext() {
  const governor = new ThreadGovernor({
    home: 2,
    begin: 1,
    cores: 2,
    othersCores: () => 2,
    onFewer: nothing,
  });
  return { context: await contextOf({ threads: 2, sequences: 1, governor }), governor };
}

test('passes are computed with the threads that the governor says, and it is told of them', async () => {
  const { context, governor } = await governedContext();
  const sequence = context.getSequence();
  expect(context.currentThreads).toBe(2);
  await sequence.evaluateWithoutGeneratingNewTokens(model.tokenize('def f(x):'));
  expect(context.currentThreads).toBe(1);
  expect(governor.takeUse()).toEqual([{ threads: 1, ms: expect.any(Number) }]);
});

test('a lone token far behind keeps the fixed count, which its floats depend on', async () => {
  const { context, governor } = await governedContext();
  const [token] = model.tokenize('x');
  if (token === undefined) {
    throw new Error('no token');
  }
  const sequence = context.getSequence();
  await sequence.evaluateWithoutGeneratingNewTokens(Array.from({ length: 300 }, () => token));
  expect(context.currentThreads).toBe(1);
  await sequence.evaluateWithoutGeneratingNewTokens([token]);
  expect(context.currentThreads).toBe(2);
  governor.keepsFloats = false;
  await sequence.evaluateWithoutGeneratingNewTokens([token]);
  expect(context.currentThreads).toBe(1);
});

/** What a model says after tokens, one at a time behind a beginning, with so many threads. */
async function weightsAfter(depth: number, threads: number, sequences: number) {
  const text = model.tokenize('def f(x): return x # abc');
  const at = (index: number) => text[(index * 7) % text.length] ?? 0;
  const context = await contextOf({ threads, sequences });
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

/** Changes its mind before every pass. */
class Fickle extends ThreadGovernor {
  #passes = 0;

  override get threads(): number {
    this.#passes += 1;
    return 1 + (this.#passes % 2);
  }
}

async function completionsWith(governor: ThreadGovernor | undefined) {
  const detokenizer = new Detokenizer(model.fileInfo.metadata.tokenizer.ggml);
  const renderer = new PromptRenderer(model, detokenizer);
  const context = contextSettings(SETTINGS);
  const tokens = new Map<string, readonly number[]>();
  await generate(
    { model, detokenizer, renderer, context, parallel: 3, threads: 2, governor, complaints: [] },
    {
      requests: [14, 3, 4, 6].map((maxTokens, index) =>
        requestFor('def'.repeat(250 + index), { id: `${index}`, maxTokens }),
      ),
      contextSize: 512,
      onResult: ({ id, tokens: own }) => tokens.set(id, own),
      onNewTokens: nothing,
      onPass: nothing,
    },
  );
  return tokens;
}

test('completions are the same whatever the threads, those that end alone too', async () => {
  const fickle = new Fickle({
    home: 2,
    begin: 2,
    cores: 2,
    othersCores: () => 0,
    onFewer: nothing,
  });
  const plain = await completionsWith(undefined);
  expect(Math.max(...[...plain.values()].map(({ length }) => length))).toBe(14);
  expect(await completionsWith(fickle)).toEqual(plain);
  expect(fickle.takeUse().length).toBeGreaterThan(0);
});
