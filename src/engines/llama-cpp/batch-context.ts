import type { EvaluationPriority, LlamaContext, LlamaModel } from 'node-llama-cpp';
import { checkContextFits } from './check-memory.ts';
import { contextError } from './context-error.ts';
import { inSequenceOrder } from './lockstep.ts';
import type { PassTokens } from '../engine.ts';
import type { ContextSettings } from './settings.ts';

/** A loaded model and how its contexts are made. */
export interface ContextSource {
  readonly model: LlamaModel;
  readonly context: ContextSettings;
  readonly threads: number;
  /** What llama.cpp logged as errors so far. */
  readonly complaints: readonly string[];
}

export interface BatchContextOptions {
  readonly sequences: number;
  /** Tokens that each sequence can hold. */
  readonly contextSize: number;
  /** Called before each pass over the weights. */
  readonly onPass: (tokens: PassTokens) => void;
}

/**
 * A context for sequences that step together; dispose it when done. Throws an environment error where
 * it would not fit into memory, and a usage error for settings that the model cannot have.
 */
export async function createBatchContext(
  { model, context, threads, complaints }: ContextSource,
  { sequences, contextSize, onPass }: BatchContextOptions,
): Promise<LlamaContext> {
  await checkContextFits(model, { ...context, sequences, contextSize });
  const before = complaints.length;
  const creating = model.createContext({
    ...context,
    threads,
    contextSize,
    sequences,
    // A smaller context than the plan's would be another measurement.
    failedCreationRemedy: false,
    batching: {
      itemPrioritizationStrategy: (batch) => {
        const chosen = inSequenceOrder(batch);
        onPass(countTokens(chosen));
        return chosen;
      },
    },
  });
  return creating.catch(async (error: unknown) => {
    throw await contextError(error, complaints.slice(before));
  });
}

function countTokens(chosen: ReturnType<typeof inSequenceOrder>): PassTokens {
  const all = chosen.reduce((sum, { processAmount }) => sum + processAmount, 0);
  const single = chosen.filter(({ item }) => item.tokens.length === 1);
  const newTokens = single.filter(({ item }) => item.logits[0] === true).length;
  const fillers = single.length - newTokens;
  return { promptTokens: all - single.length, newTokens, fillers };
}

/**
 * The priority that puts a sequence at its place in the batch. `number`: sequences are numbered
 * from 0 in the order in which the context gives them out.
 */
export function placeInBatch(number: number): EvaluationPriority {
  // The type names 1 to 5, but nothing limits the number.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return number as EvaluationPriority;
}

/** Without it the beginning of a prompt would silently be dropped. */
export function refuseShift(): never {
  throw new Error('an answer outgrew its context, although its length was checked');
}
