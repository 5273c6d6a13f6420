import { onTestFinished } from 'vitest';
import type { EngineSession, ServedModel } from '../../../src/engines/engine.ts';
import type { GenerationRequest, GenerationResult } from '../../../src/engines/generation.ts';
import { createHttpEngine, type HttpTuning } from '../../../src/engines/openai-http/engine.ts';
import {
  type ModelServer,
  type ModelServerOptions,
  startModelServer,
} from '../../fixtures/model-server.ts';

/** Milliseconds in place of minutes. */
export const QUICK = {
  silenceMs: 1_000,
  patience: { attempts: 3, firstWaitMs: 5, longestWaitMs: 20, busyMs: 3_000 },
};

const IDENTITY = { name: 'openai-http', version: '1', versions: {} };

export interface HttpSession {
  readonly served: ServedModel;
  readonly session: EngineSession;
  readonly notes: string[];
}

/** A session with servers that run already. */
export async function openHttp(
  address: string,
  more: {
    readonly parallel?: number;
    readonly settings?: Record<string, string>;
    readonly env?: Record<string, string>;
    readonly signal?: AbortSignal;
    /** A server with a real model needs the patience that users have. */
    readonly tuning?: HttpTuning;
  } = {},
): Promise<HttpSession> {
  const { env = {}, parallel = 1, settings = {}, signal = new AbortController().signal } = more;
  const engine = createHttpEngine(IDENTITY, { env, cwd: '.', options: {} }, more.tuning ?? QUICK);
  const notes: string[] = [];
  const onNote = (text: string): void => void notes.push(text);
  const served = await engine.inspect?.(address, { onNote, signal });
  if (served === undefined) {
    throw new Error('an engine without servers');
  }
  const opening = { modelPath: address, threads: undefined, parallel, settings, onNote, signal };
  return { served, session: await engine.open(opening), notes };
}

/** A server without a model, gone when the test is over, and a session with it. */
export async function openWith(
  options: ModelServerOptions,
  more: Parameters<typeof openHttp>[1] = {},
): Promise<HttpSession & { readonly server: ModelServer }> {
  const server = await startModelServer(options);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return { ...(await openHttp(server.url, more)), server };
}

export function rawRequest(id: string, more: Partial<GenerationRequest> = {}): GenerationRequest {
  return {
    id,
    prompt: { kind: 'text', text: `def ${id}():\n` },
    maxTokens: 32,
    stop: { kind: 'sequences', sequences: ['\ndef ', '\nclass ', '\n#', '\nif ', '\nprint('] },
    decode: { mode: 'greedy' },
    seed: 0,
    ...more,
  };
}

/** All results of some requests, by id. */
export async function generated(
  { session }: Pick<HttpSession, 'session'>,
  requests: readonly GenerationRequest[],
  signal = new AbortController().signal,
): Promise<Map<string, GenerationResult>> {
  const results = new Map<string, GenerationResult>();
  await session.generate({
    requests,
    contextSize: undefined,
    onResult: (result) => results.set(result.id, result),
    signal,
  });
  return results;
}
