import type { EvaluationPriority, LlamaContextSequence, Token } from 'node-llama-cpp';

const LIKELIEST = { generateNext: { token: true, options: { temperature: 0 } } } as const;

export interface GreedyPass {
  /** How many of the last tokens are asked for their successor. */
  readonly rows: number;
  /** As in node-llama-cpp; absent: its default. */
  readonly evaluationPriority?: EvaluationPriority;
}

/**
 * Evaluates tokens in one go and returns the likeliest successor of each of the last `rows` of
 * them.
 */
export async function greedyPass(
  sequence: LlamaContextSequence,
  tokens: readonly Token[],
  { rows, ...options }: GreedyPass,
): Promise<Token[]> {
  const first = tokens.length - rows;
  const output = await sequence.controlledEvaluate(
    tokens.map((token, index) => (index < first ? token : [token, LIKELIEST])),
    options,
  );
  return Array.from({ length: rows }, (_, row) => {
    const token = output[first + row]?.next.token;
    if (typeof token !== 'number') {
      throw noNumbers();
    }
    return token;
  });
}

/**
 * With temperature 0 the weights of all tokens sum up to 1 / the probability of the likeliest. It is
 * asked for in this way because `confidence` sorts the whole vocabulary first.
 */
const LIKELIEST_AND_WEIGHT = {
  generateNext: { token: true, totalLogitWeight: true, options: { temperature: 0 } },
} as const;

/** Evaluates tokens in one go and returns the likeliest one after them, with its probability. */
export async function surePass(
  sequence: LlamaContextSequence,
  tokens: readonly Token[],
): Promise<{ readonly token: Token; readonly probability: number }> {
  const last = tokens.length - 1;
  const output = await sequence.controlledEvaluate(
    tokens.map((token, index) => (index < last ? token : [token, LIKELIEST_AND_WEIGHT])),
  );
  const { token, totalLogitWeight } = output[last]?.next ?? {};
  if (typeof token !== 'number' || totalLogitWeight === undefined) {
    throw noNumbers();
  }
  return { token, probability: 1 / totalLogitWeight };
}

/** Keeps the first `length` tokens of a sequence. */
export async function truncate(sequence: LlamaContextSequence, length: number): Promise<void> {
  const end = sequence.nextTokenIndex;
  if (length < end) {
    await sequence.eraseContextTokenRanges([{ start: length, end }]);
  }
}

function noNumbers(): Error {
  return new Error('a model gave no next token: its logits are not numbers');
}
