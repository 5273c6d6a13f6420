import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { createLlamaCppEngine } from '../../src/engines/llama-cpp/engine.ts';
import type { EngineSession } from '../../src/engines/engine.ts';
import type { GenerationRequest } from '../../src/engines/generation.ts';

/** Which engine computes, and with how many threads; `undefined`: it chooses. */
export interface Chosen {
  /** The checkout that it comes from. */
  readonly root: string;
  readonly threads: number | undefined;
}

interface Speed {
  readonly tokensPerSecond: number;
  /** How many threads computed. */
  readonly threads: string;
}

/** Completions that never end by themselves. */
const MAX_TOKENS = 1_500;

/** Loads a model and generates for some seconds; the first second's tokens, prompts and all, count too. */
export async function measureSpeed(
  options: Chosen & {
    readonly modelPath: string;
    readonly parallel: number;
    readonly seconds: number;
    readonly onLoaded: () => void;
  },
): Promise<Speed> {
  const { modelPath, parallel, seconds, threads } = options;
  await using session = await open(options.root, { modelPath, parallel, threads });
  options.onLoaded();
  const timeout = new AbortController();
  let newTokens = 0;
  let lastAt = 0;
  const start = performance.now();
  const timer = setTimeout(() => timeout.abort(), seconds * 1_000);
  try {
    await session.generate({
      requests: requests(parallel),
      contextSize: MAX_TOKENS + 64,
      onResult: () => undefined,
      onNewTokens: (tokens) => {
        newTokens = tokens;
        lastAt = performance.now();
      },
      signal: timeout.signal,
    });
  } catch (error) {
    if (!timeout.signal.aborted) {
      throw error;
    }
  } finally {
    clearTimeout(timer);
  }
  return {
    tokensPerSecond: (newTokens * 1_000) / (lastAt - start),
    threads: session.info.process?.threadsChosenBy ?? '',
  };
}

async function open(
  root: string,
  options: {
    readonly modelPath: string;
    readonly parallel: number;
    readonly threads: number | undefined;
  },
): Promise<EngineSession> {
  const path = join(root, 'src/engines/llama-cpp/engine.ts');
  // Another checkout's engine is this one's, as far as it is used here.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const module = (await import(pathToFileURL(path).href)) as {
    readonly createLlamaCppEngine: typeof createLlamaCppEngine;
  };
  return module.createLlamaCppEngine({ env: process.env }).open({
    ...options,
    settings: {
      contextSize: 'auto',
      batchSize: 512,
      flash: 'on',
      cacheTypeK: 'f16',
      cacheTypeV: 'f16',
      gpuLayers: 0,
    },
    signal: new AbortController().signal,
  });
}

function requests(count: number): GenerationRequest[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `bench/${index}`,
    prompt: { kind: 'text', text: `def function_${index}(numbers):\n` },
    maxTokens: MAX_TOKENS,
    stop: { kind: 'sequences', sequences: [] },
    decode: { mode: 'greedy' },
    seed: 0,
  }));
}
