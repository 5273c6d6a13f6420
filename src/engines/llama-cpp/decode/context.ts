import type { LlamaContext, LlamaContextOptions, LlamaModel } from 'node-llama-cpp';
import { checkContextFits } from '../memory/check-memory.ts';
import { contextError } from '../memory/context-error.ts';
import type { ContextSettings } from '../settings.ts';

/** A loaded model and how its contexts are made. */
export interface ContextSource {
  readonly model: LlamaModel;
  readonly context: ContextSettings;
  readonly threads: number;
  /** What llama.cpp logged as errors so far. */
  readonly complaints: readonly string[];
}

export interface ContextSize extends Pick<LlamaContextOptions, 'batching'> {
  readonly sequences: number;
  /** Tokens that each sequence can hold. */
  readonly contextSize: number;
}

/**
 * Makes a context; dispose it when done. Throws a memory error where it would not fit, and a usage
 * error for settings that the model cannot have.
 */
export async function createContext(
  { model, context, threads, complaints }: ContextSource,
  size: ContextSize,
): Promise<LlamaContext> {
  await checkContextFits(model, { ...context, ...size });
  const before = complaints.length;
  const creating = model.createContext({
    ...context,
    ...size,
    threads,
    // A smaller context than was asked for would be another measurement.
    failedCreationRemedy: false,
  });
  return creating.catch(async (error: unknown) => {
    throw await contextError(error, complaints.slice(before));
  });
}
