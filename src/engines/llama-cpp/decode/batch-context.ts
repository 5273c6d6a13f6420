import type { EvaluationPriority, LlamaContext } from 'node-llama-cpp';
import type { PassTokens } from '../../generation.ts';
import { type ContextSource, createContext } from './context.ts';
import { inSequenceOrder } from './lockstep.ts';

export interface BatchContextOptions {
  readonly sequences: number;
  /** Tokens that each sequence can hold. */
  readonly contextSize: number;
  /** Called before each pass over the weights. */
  readonly onPass: (tokens: PassTokens) => void;
}

/** A context for sequences that step together; throws as `createContext` does. */
export function createBatchContext(
  source: ContextSource,
  { sequences, contextSize, onPass }: BatchContextOptions,
): Promise<LlamaContext> {
  return createContext(source, {
    sequences,
    contextSize,
    batching: {
      itemPrioritizationStrategy: (batch) => {
        const chosen = inSequenceOrder(batch);
        onPass(countTokens(chosen));
        return chosen;
      },
    },
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
  throw new Error('a completion outgrew its context, although its length was checked');
}
