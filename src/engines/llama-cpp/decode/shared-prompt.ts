import type { EvaluationPriority, LlamaContextSequence, Token } from 'node-llama-cpp';
import type { GenerationRequest } from '../../generation.ts';
import { truncate } from './greedy-pass.ts';
import type { RenderedPrompt } from './render.ts';

/** Groups that each sequence gets at least, so that none of them works alone for long at the end. */
const GROUPS_A_SEQUENCE = 4;

interface Item {
  readonly request: GenerationRequest;
  readonly prompt: RenderedPrompt;
}

/**
 * Puts samples of the same prompt together, for one sequence to complete in turn; any other item
 * stands alone. Groups come in the order of their first items.
 */
export function groupByPrompt<T extends Item>(items: readonly T[], sequences: number): T[][] {
  const most =
    sequences === 1
      ? items.length
      : Math.max(1, Math.floor(items.length / (sequences * GROUPS_A_SEQUENCE)));
  const groups: T[][] = [];
  const open = new Map<string, T[]>();
  for (const item of items) {
    const key = item.prompt.sha256;
    const group = item.request.decode.mode === 'sample' ? open.get(key) : undefined;
    if (group !== undefined && group.length < most) {
      group.push(item);
    } else {
      const started = [item];
      groups.push(started);
      open.set(key, started);
    }
  }
  return groups;
}

export interface SequencePlace {
  readonly sequence: LlamaContextSequence;
  readonly evaluationPriority: EvaluationPriority;
  /** Waits until the other sequences are about to take a step too. */
  readonly arrive: () => Promise<void>;
}

/**
 * Makes a sequence ready for a completion and returns what is left of the prompt to evaluate. Of a
 * sample everything but the last token is kept for the next one; the first sample, too, evaluates
 * that token alone, so that no sample depends on how many came before it.
 */
export async function beginPrompt(place: SequencePlace, item: Item): Promise<Token[]> {
  const { sequence, evaluationPriority } = place;
  const { tokens } = item.prompt;
  const shared = tokens.slice(0, -1);
  if (item.request.decode.mode !== 'sample' || shared.length === 0) {
    // Nothing of the completion before may be left.
    await sequence.clearHistory();
    return tokens;
  }
  const present = sequence.contextTokens;
  if (shared.every((token, index) => token === present[index])) {
    await truncate(sequence, shared.length);
  } else {
    await sequence.clearHistory();
    await place.arrive();
    await sequence.evaluateWithoutGeneratingNewTokens(shared, { evaluationPriority });
  }
  return tokens.slice(-1);
}
