import type { LlamaContextSequence, LlamaModel, Token } from 'node-llama-cpp';
import type { Drafter } from './drafter.ts';
import type { DraftPlanner, Round } from './draft-planner.ts';
import { surePass, truncate } from './greedy-pass.ts';

/** A drafted token's grade is the number of these that the draft model's own probability reaches. */
const CONFIDENCE_STEPS = [0.3, 0.5, 0.7, 0.85, 0.95];
/** About the middle of each step: a model that knows what it does not know. */
const PRIORS = [0.2, 0.4, 0.6, 0.75, 0.9, 0.97];

/** Drafts with a smaller model. */
export class ModelDrafter implements Drafter {
  readonly priors = PRIORS;
  readonly #sequence: LlamaContextSequence;
  readonly #target: LlamaModel;
  readonly #sharedTokens: number;
  /** The tokens that the draft model has read. */
  #read: Token[] = [];

  /** `sharedTokens`: ids below it mean the same to both models. */
  constructor(sequence: LlamaContextSequence, target: LlamaModel, sharedTokens: number) {
    this.#sequence = sequence;
    this.#target = target;
    this.#sharedTokens = sharedTokens;
  }

  async begin(prompt: readonly Token[]): Promise<void> {
    await this.#sequence.clearHistory();
    this.#read = [];
    if (this.#knows(prompt)) {
      await this.#sequence.evaluateWithoutGeneratingNewTokens([...prompt]);
      this.#read = [...prompt];
    }
  }

  behind(history: readonly Token[]): number {
    return history.length - 1 - this.#common(history);
  }

  async draft(history: readonly Token[], planner: DraftPlanner, round: Round): Promise<Token[]> {
    const drafted: Token[] = [];
    if (!this.#knows(history) || !planner.wantsMore(round)) {
      return drafted;
    }
    const common = this.#common(history);
    await truncate(this.#sequence, common);
    this.#read.length = common;
    let unread = history.slice(common);
    do {
      const { token, probability } = await surePass(this.#sequence, unread);
      this.#read.push(...unread);
      if (this.#target.isEogToken(token) || token >= this.#sharedTokens) {
        break;
      }
      drafted.push(token);
      round.grades.push(gradeOf(probability));
      unread = [token];
    } while (planner.wantsMore(round));
    return drafted;
  }

  /** How many of the first tokens the draft model has read, the last one never counted. */
  #common(history: readonly Token[]): number {
    const most = Math.min(this.#read.length, history.length - 1);
    let common = 0;
    while (common < most && this.#read[common] === history[common]) {
      common += 1;
    }
    return common;
  }

  #knows(tokens: readonly Token[]): boolean {
    return tokens.every((token) => token < this.#sharedTokens);
  }
}

function gradeOf(probability: number): number {
  return CONFIDENCE_STEPS.filter((step) => probability >= step).length;
}
