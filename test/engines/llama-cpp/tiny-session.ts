import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { EngineSession, OpenOptions } from '../../../src/engines/engine.ts';
import type { LlamaCppSession } from '../../../src/engines/llama-cpp/process/session.ts';
import type { LlamaSettings } from '../../../src/engines/llama-cpp/settings.ts';
import type {
  GenerateOptions,
  GenerationRequest,
  GenerationResult,
} from '../../../src/engines/generation.ts';
import {
  createLlamaCppEngine,
  type LlamaCppOptions,
} from '../../../src/engines/llama-cpp/engine.ts';
import type { Prompt } from '../../../src/records/prompt.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { makeTinyGguf, type TinyGgufOptions } from '../../fixtures/tiny-gguf.ts';

export const SETTINGS: LlamaSettings = {
  contextSize: 'auto',
  batchSize: 512,
  flash: 'auto',
  cacheTypeK: 'f16',
  cacheTypeV: 'f16',
  gpuLayers: 0,
};

export interface TinyOptions {
  readonly model?: TinyGgufOptions;
  readonly settings?: Partial<LlamaSettings>;
  readonly engine?: Partial<LlamaCppOptions>;
  readonly open?: Partial<OpenOptions>;
}

/** A signal that is never aborted. */
export const NEVER = new AbortController().signal;

/** Opens a tiny model; it is closed when the test is over. */
export async function openTiny(options: TinyOptions = {}): Promise<LlamaCppSession> {
  const modelPath = join(temporaryFolder(), 'tiny.gguf');
  await makeTinyGguf(modelPath, options.model);
  return openFile(modelPath, options);
}

/** Opens a file as a model, on one thread; it is closed when the test is over. */
export async function openFile(
  modelPath: string,
  options: TinyOptions = {},
): Promise<LlamaCppSession> {
  const engine = createLlamaCppEngine({ env: process.env, ...options.engine });
  const session = await engine.open({
    modelPath,
    threads: 1,
    parallel: 1,
    settings: { ...SETTINGS, ...options.settings },
    signal: NEVER,
    ...options.open,
  });
  onTestFinished(() => session[Symbol.asyncDispose]());
  return session;
}

/** A request for 40 tokens of continuation. */
export function requestFor(
  prompt: string | Prompt,
  changes: Partial<GenerationRequest> = {},
): GenerationRequest {
  return {
    id: typeof prompt === 'string' ? prompt : prompt.kind,
    prompt: typeof prompt === 'string' ? { kind: 'text', text: prompt } : prompt,
    maxTokens: 40,
    stop: { kind: 'sequences', sequences: [] },
    decode: { mode: 'greedy' },
    seed: 1,
    ...changes,
  };
}

/** All results of one `generate`, in the order in which they came. */
export async function generateAll(
  session: EngineSession,
  requests: readonly GenerationRequest[],
  options: Partial<GenerateOptions> = {},
): Promise<GenerationResult[]> {
  const results: GenerationResult[] = [];
  await session.generate({
    requests,
    contextSize: 512,
    onResult: (result) => results.push(result),
    signal: NEVER,
    ...options,
  });
  return results;
}
