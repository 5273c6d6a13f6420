import { usageError } from '../../../records/error.ts';
import type { DraftCosts } from '../../../records/draft-costs.ts';
import type { DraftInfo } from '../../capabilities.ts';
import type { DraftingDecode } from '../../drafting.ts';
import type { ContextSource } from '../decode/context.ts';
import { measureDraftCosts } from './draft-costs.ts';
import { DraftModel, type DraftModelOptions } from './draft-model.ts';
import { LookupDrafter } from './lookup.ts';
import { ModelDrafter } from './model-drafter.ts';
import { SoloContext } from '../decode/solo-context.ts';
import type { Drafting } from '../decode/solo-completion.ts';

export interface DraftingOptions {
  /** Tokens that the sequence can hold. */
  readonly contextSize: number;
  /** Costs that an earlier session recorded. */
  readonly draftCosts?: DraftCosts | undefined;
}

/** What a loaded model needs to draft with: the model that drafts, and what drafting costs. */
export class Drafts {
  readonly #target: ContextSource;
  readonly #costs = new Map<DraftingDecode['mode'], DraftCosts>();
  #draft: DraftModel | undefined;
  #context: SoloContext | undefined;

  constructor(target: ContextSource) {
    this.#target = target;
  }

  /** Takes the place of a draft model loaded before. Throws as `DraftModel.load` does. */
  async load(options: Omit<DraftModelOptions, 'target'>): Promise<DraftInfo> {
    await this.release();
    this.#costs.delete('assisted');
    await this.#draft?.model.dispose();
    this.#draft = undefined;
    this.#draft = await DraftModel.load({ ...options, target: this.#target });
    return this.#draft.info;
  }

  /** Gets ready for one completion; what has to be measured for it is measured here, once a mode. */
  async prepare(decode: DraftingDecode, options: DraftingOptions): Promise<Drafting> {
    const costs =
      options.draftCosts ?? this.#costs.get(decode.mode) ?? (await this.#measure(decode));
    this.#costs.set(decode.mode, costs);
    if (decode.mode === 'lookup') {
      return { drafter: new LookupDrafter(decode), costs, maxDraft: decode.maxDraft };
    }
    const { source, sharedTokens } = this.#loaded();
    if (this.#context?.contextSize !== options.contextSize) {
      await this.release();
      this.#context = await SoloContext.create(source, options.contextSize);
    }
    const drafter = new ModelDrafter(this.#context.sequence, this.#target.model, sharedTokens);
    return { drafter, costs, maxDraft: decode.maxDraft };
  }

  /** Gives back the memory of the draft model's context. */
  async release(): Promise<void> {
    await this.#context?.[Symbol.asyncDispose]();
    this.#context = undefined;
  }

  #measure(decode: DraftingDecode): Promise<DraftCosts> {
    return measureDraftCosts({
      target: this.#target,
      draft: decode.mode === 'lookup' ? undefined : this.#loaded().source,
      maxDraft: decode.maxDraft,
    });
  }

  #loaded(): DraftModel {
    if (this.#draft === undefined) {
      throw usageError('assisted decoding needs a draft model; name one with --draft');
    }
    return this.#draft;
  }
}
