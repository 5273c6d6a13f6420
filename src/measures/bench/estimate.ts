import type { BenchCell, BenchPlan } from '../../records/bench.ts';

/** Speeds of one sequence alone, in tokens a second. */
export interface Speeds {
  readonly prefill: number;
  readonly decode: number;
}

/** Prompt tokens that a completion's prompt is taken to have: HumanEval's mean, rounded. */
const ANSWER_PROMPT_TOKENS = 134;

/**
 * Milliseconds that a cell is likely to take at most, from a short probe: every minibatch, warm-up
 * included, as prefill at the probe's speed and as decoding without any gain from the batch. The
 * growing cost of attention over a deep context is left out.
 */
export function estimateCellMs(
  { work }: BenchCell,
  { warmup, repeats }: Pick<BenchPlan, 'warmup' | 'repeats'>,
  speeds: Speeds,
): number {
  const batch = work.kind === 'minibatch' ? work.batch : 1;
  const promptTokens = work.kind === 'minibatch' ? work.promptTokens : ANSWER_PROMPT_TOKENS;
  const seconds =
    (batch * promptTokens) / speeds.prefill + (batch * work.newTokens) / speeds.decode;
  return (warmup + repeats) * seconds * 1_000;
}
