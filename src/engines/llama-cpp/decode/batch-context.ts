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

/** A choice is asked for behind each token of a completion, and behind the last one of a prompt. */
function countTokens(chosen: ReturnType<typeof inSequenceOrder>): PassTokens {
  const counts = { promptTokens: 0, newTokens: 0, fillers: 0 };
  for (const { item, processAmount } of chosen) {
    const rows = item.logits.slice(0, processAmount).filter((wanted) => wanted === true).length;
    if (processAmount === 1) {
      counts[rows === 1 ? 'newTokens' : 'fillers'] += 1;
    } else {
      const newTokens = item.logits[0] === true ? rows : Math.max(0, rows - 1);
      counts.newTokens += newTokens;
      counts.promptTokens += processAmount - newTokens;
    }
  }
  return counts;
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
