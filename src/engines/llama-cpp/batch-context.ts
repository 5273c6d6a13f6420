import type { EvaluationPriority, LlamaContext, LlamaModel } from 'node-llama-cpp';
import { inSequenceOrder } from './lockstep.ts';
import type { PassTokens } from '../engine.ts';
import type { ContextSettings } from './settings.ts';

/** A loaded model and how its contexts are made. */
export interface ContextSource {
  readonly model: LlamaModel;
  readonly context: ContextSettings;
  readonly threads: number;
}

export interface BatchContextOptions {
  readonly sequences: number;
  /** Tokens that each sequence can hold. */
  readonly contextSize: number;
  /** Called before each pass over the weights. */
  readonly onPass: (tokens: PassTokens) => void;
}

/** A context for sequences that step together; dispose it when done. */
export function createBatchContext(
  { model, context, threads }: ContextSource,
  { sequences, contextSize, onPass }: BatchContextOptions,
): Promise<LlamaContext> {
  return model.createContext({
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
}

/** What is evaluated for an answer is one token, for a prompt more (its rest may be one, though). */
function countTokens(chosen: ReturnType<typeof inSequenceOrder>): PassTokens {
  const newTokens = chosen.filter(({ item }) => item.tokens.length === 1).length;
  const all = chosen.reduce((sum, { processAmount }) => sum + processAmount, 0);
  return { promptTokens: all - newTokens, newTokens };
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
