import type { Token } from 'node-llama-cpp';
import type { DraftPlanner, Round } from './draft-planner.ts';

/** Something that guesses the next tokens of a completion. */
export interface Drafter {
  /** How likely its guesses are taken to be right at first, by grade, ascending. */
  readonly priors: readonly number[];
  /** Gets ready for a completion to this prompt. */
  begin(prompt: readonly Token[]): Promise<void>;
  /** How many of these tokens it would have to read before it could draft. */
  behind(history: readonly Token[]): number;
  /** What may follow, for as long as the planner wants more; the grades go into the round. */
  draft(history: readonly Token[], planner: DraftPlanner, round: Round): Promise<Token[]>;
}
