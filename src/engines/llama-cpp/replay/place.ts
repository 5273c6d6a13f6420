import type { EvaluationPriority, LlamaContext, LlamaContextSequence, Token } from 'node-llama-cpp';
import type { StopReason } from '../../../records/completion.ts';
import type { DraftCounts } from '../../../records/draft-counts.ts';
import { beginningOf } from '../../stop.ts';
import { CompletionText } from '../../text/completion-text.ts';
import { placeInBatch, refuseShift } from '../decode/batch-context.ts';
import { addAll, commonPrefix } from '../decode/choices.ts';
import type { Generator } from '../decode/generate.ts';
import { greedyPass, truncate } from '../decode/greedy-pass.ts';
import { type Item, type LlamaResult, resultOf } from '../decode/result.ts';
import type { Chances } from './chances.ts';
import { Follower } from './follower.ts';
import { MOST_GUESSES, type Standing } from './pass-plan.ts';

/** An item with its reference's completion in the model's tokens; without one, nothing is guessed. */
export interface ReplayItem extends Item {
  readonly reference: readonly Token[];
}

/** A completion under way in a place. */
interface Underway {
  readonly item: ReplayItem;
  readonly completion: CompletionText;
  readonly follower: Follower;
  /** What the sequence has not evaluated yet: the prompt, then the last token chosen. */
  unread: readonly Token[];
  readonly counts: { drafted: number; accepted: number; passes: number };
}

/** A sequence of the context, with the completion that it works at. */
export class Place {
  readonly number: number;
  readonly #sequence: LlamaContextSequence;
  readonly #priority: EvaluationPriority;
  readonly #chances: Chances;
  #underway: Underway | undefined;

  constructor(context: LlamaContext, number: number, chances: Chances) {
    this.number = number;
    this.#sequence = context.getSequence({ contextShift: { strategy: refuseShift } });
    this.#priority = placeInBatch(number);
    this.#chances = chances;
  }

  /** Tokens of its completion so far; `undefined` where it is idle. */
  get length(): number | undefined {
    return this.#underway?.completion.tokens.length;
  }

  /** What it could evaluate next; `undefined` where it is idle. */
  get standing(): Standing | undefined {
    if (this.#underway === undefined) {
      return undefined;
    }
    const { follower, unread } = this.#underway;
    const guesses = this.#guesses(this.#underway);
    return {
      unread: unread.length,
      ahead: this.#chances.ahead(follower.equal, guesses.length),
    };
  }

  /** Takes the next item. */
  begin(item: ReplayItem, { detokenizer }: Generator): void {
    const { request, prompt, reference } = item;
    this.#underway = {
      item,
      completion: new CompletionText(detokenizer, request, beginningOf(request.stop, prompt.end)),
      follower: new Follower(reference),
      unread: prompt.tokens,
      counts: { drafted: 0, accepted: 0, passes: 0 },
    };
  }

  /**
   * Evaluates what is unread and so many guesses behind it in one pass: those up to the first wrong one,
   * and the model's own choice in its place, join the completion. Gives the result where it ends with
   * them.
   */
  async step(
    count: number,
    onToken: () => void,
  ): Promise<(LlamaResult & { readonly replay: DraftCounts }) | undefined> {
    const underway = this.#underway;
    if (underway === undefined) {
      return undefined;
    }
    const { completion, unread, counts } = underway;
    const guesses = this.#guesses(underway).slice(0, count);
    const before = this.#sequence.nextTokenIndex;
    const chosen = await greedyPass(this.#sequence, [...unread, ...guesses], {
      rows: guesses.length + 1,
      evaluationPriority: this.#priority,
    });
    const accepted = commonPrefix(guesses, chosen);
    counts.passes += 1;
    counts.drafted += guesses.length;
    counts.accepted += accepted;
    const stopReason = this.#take(underway, chosen.slice(0, accepted + 1), onToken);
    if (stopReason !== undefined) {
      this.#underway = undefined;
      // Nothing of it may be left for the next one, or for a token that only fills a gap.
      await this.#sequence.clearHistory();
      return { ...resultOf(underway.item, completion, stopReason), replay: { ...counts } };
    }
    await truncate(this.#sequence, before + unread.length + accepted);
    underway.unread = chosen.slice(accepted, accepted + 1);
    return undefined;
  }

  /** Evaluates a token for nothing, so that others are computed in one pass. */
  async fill(token: Token): Promise<void> {
    await this.#sequence.evaluateWithoutGeneratingNewTokens([token], {
      evaluationPriority: this.#priority,
    });
    await this.#sequence.clearHistory();
  }

  #take(
    { follower, completion }: Underway,
    chosen: readonly Token[],
    onToken: () => void,
  ): StopReason | undefined {
    const { model } = this.#sequence;
    return addAll(
      {
        model,
        completion,
        onToken: (token) => {
          const [guess] = follower.guesses(1);
          if (guess !== undefined) {
            this.#chances.add(follower.equal, guess === token);
          }
          follower.add(token);
          onToken();
        },
      },
      chosen,
    );
  }

  /** As many as the completion has room for, before the token that is chosen behind them. */
  #guesses({ item, completion, follower }: Underway): Token[] {
    const room = item.request.maxTokens - completion.tokens.length - 1;
    // The reference's are the model's own ids.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return follower.guesses(Math.min(room, MOST_GUESSES)) as Token[];
  }
}
