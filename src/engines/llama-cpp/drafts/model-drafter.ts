import type { LlamaContextSequence, LlamaModel, Token } from 'node-llama-cpp';
import type { Drafter } from './drafter.ts';
import type { DraftPlanner, Round } from './draft-planner.ts';
import { surePass, truncate } from '../decode/greedy-pass.ts';

/** A drafted token's grade is the number of these that the draft model's own probability reaches. */
const CONFIDENCE_STEPS = [0.3, 0.5, 0.7, 0.85, 0.95];
/**
 * What share of each grade is right at first sight: rounded from Qwen2.5-Coder 0.5B (q4_0) before
 * 1.5B (q4_k_m) on 4 HumanEval tasks, 116 tokens. The counts of each completion move it.
 */
const PRIORS = [0.4, 0.5, 0.55, 0.85, 0.95, 0.98];

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
    if (unread.length === 2) {
      // A pass over two tokens takes as long as some passes over one, which have routines of their own.
      await this.#sequence.evaluateWithoutGeneratingNewTokens(unread.slice(0, 1));
      this.#read.push(...unread.slice(0, 1));
      unread = unread.slice(1);
    }
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
