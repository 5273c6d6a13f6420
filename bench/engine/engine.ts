import type { LlamaCppSession } from '../../src/engines/llama-cpp/process/session.ts';
import { createLlamaCppEngine } from '../../src/engines/llama-cpp/engine.ts';

export const SIGNAL = new AbortController().signal;

/** The batch of both sides, in tokens. */
const BATCH_SIZE = 512;

/** Our engine with the settings that its peers get too, unless flash attention is left to it. */
export function openSession(
  modelPath: string,
  options: {
    readonly threads: number | undefined;
    readonly parallel: number;
    readonly flash?: 'on' | 'auto';
  },
): Promise<LlamaCppSession> {
  return createLlamaCppEngine({ env: process.env }).open({
    modelPath,
    threads: options.threads,
    parallel: options.parallel,
    settings: {
      contextSize: 'auto',
      batchSize: BATCH_SIZE,
      flash: options.flash ?? 'on',
      cacheTypeK: 'f16',
      cacheTypeV: 'f16',
      gpuLayers: 0,
    },
    signal: SIGNAL,
  });
}

/** Tokens a second of prompts and of answers. */
export interface Rates {
  readonly prefill: number;
  readonly decode: number;
}

/** Our rates for fixed lengths. */
export async function measureRates(
  session: LlamaCppSession,
  shape: { readonly sequences: number; readonly promptTokens: number; readonly newTokens: number },
): Promise<Rates> {
  const { sequences, promptTokens, newTokens } = shape;
  const { prefillMs, decodeMs } = await session.benchmark.run({ ...shape, signal: SIGNAL });
  return {
    prefill: (sequences * promptTokens * 1_000) / prefillMs,
    decode: (sequences * newTokens * 1_000) / decodeMs,
  };
}
