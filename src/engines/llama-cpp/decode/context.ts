import type { LlamaContext, LlamaContextOptions, LlamaModel } from 'node-llama-cpp';
import { checkContextFits } from '../memory/check-memory.ts';
import { contextError } from '../memory/context-error.ts';
import type { ContextSettings } from '../settings.ts';
import { governContext } from '../threads/govern-context.ts';
import type { ThreadGovernor } from '../threads/governor.ts';

/** A loaded model and how its contexts are made. */
export interface ContextSource {
  readonly model: LlamaModel;
  readonly context: ContextSettings;
  readonly threads: number;
  /** Chooses the threads of each pass; absent: it is always `threads`. */
  readonly governor?: ThreadGovernor | undefined;
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
  { model, context, threads, governor, complaints }: ContextSource,
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
  const created = await creating.catch(async (error: unknown) => {
    throw await contextError(error, complaints.slice(before));
  });
  if (governor !== undefined) {
    governContext(created, { governor, of: String(model.size), fixed: threads });
  }
  return created;
}
