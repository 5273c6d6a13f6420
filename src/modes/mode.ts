import type { DecodeOptions } from './options.ts';
import type { Capability } from '../engines/capabilities.ts';
import type { Decode, Mode } from '../records/decode.ts';
import type { ModelRecord } from '../records/model.ts';

/** All that evalkit must know of a decoding mode. How its tokens are chosen is the engines' affair. */
export interface ModeEntry<D extends Decode = Decode> {
  /**
   * Among cells of the same weights the one of the smallest rank is what the others are compared
   * with: the nearest to the model as it is.
   */
  readonly referenceRank: number;
  /** The place of its cells among those that one loaded model serves, the smallest first. */
  readonly loadRank: number;
  /** Whether it draws tokens, and so depends on a seed. */
  readonly draws: boolean;
  /** Whether an engine generates its completions one after the other, whatever `parallel` allows. */
  readonly isSequential: boolean;
  /** The mode whose completions it is meant to give, token by token, only sooner. */
  readonly equals?: Mode;
  /** Whether what it chooses can be told from what is likeliest, so that a reference can be read along with. */
  readonly isReplayable?: true;
  /** What an engine must be able to do for it, beside generating. */
  readonly needs: readonly Capability[];
  /** Whether a model drafts for it, which `make` is then given. */
  readonly hasDraftModel: boolean;
  /** The options that are for it; without a mode that has them they would be ignored in silence. */
  readonly options: readonly Exclude<keyof DecodeOptions, 'decode'>[];
  /** Completions of a task; absent: one. */
  samples?(options: DecodeOptions): number;
  /** The mode with its parameters. */
  make(options: DecodeOptions, draft: ModelRecord | undefined): D;
  /** The same with draws that the models of an engine which chooses its tokens itself share. */
  shared?(decode: D): D;
  /** How tokens are chosen, in words. */
  describe(decode: D): string;
}
