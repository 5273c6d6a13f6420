import type { LlamaModel } from 'node-llama-cpp';
import { usageError } from '../../records/error.ts';
import type { DraftInfo } from '../engine.ts';
import { loadModel, type LoadOptions } from './load-model.ts';
import { vocabularyDifference } from './vocabulary.ts';

/** Tokens of the context in which a draft model computes for the first time. */
const FIRST_CONTEXT = 256;

export interface DraftModelOptions extends LoadOptions {
  readonly target: LlamaModel;
  /** Resident set of this process in bytes. */
  readonly rssBytes: () => number;
}

/** A model that drafts for another one. */
export class DraftModel {
  readonly model: LlamaModel;
  readonly info: DraftInfo;
  /** Ids below it mean the same to both models. */
  readonly sharedTokens: number;

  private constructor(model: LlamaModel, info: DraftInfo, sharedTokens: number) {
    this.model = model;
    this.info = info;
    this.sharedTokens = sharedTokens;
  }

  /** Throws a usage error for a file that is no model or has another vocabulary. */
  static async load(options: DraftModelOptions): Promise<DraftModel> {
    const { target, rssBytes, modelPath } = options;
    const rssBeforeBytes = rssBytes();
    const start = performance.now();
    const model = await loadModel(options);
    const loadMs = performance.now() - start;
    const targetTable = target.fileInfo.metadata.tokenizer.ggml;
    const draftTable = model.fileInfo.metadata.tokenizer.ggml;
    const difference = vocabularyDifference(targetTable, draftTable);
    if (difference !== undefined) {
      await model.dispose();
      throw usageError(
        `${modelPath}: it cannot draft for this model: ${difference}; name a --draft of the same family, or use --decode lookup`,
      );
    }
    await computeOnce(model);
    const info = { loadMs, rssBeforeBytes, rssAfterBytes: rssBytes() };
    const sharedTokens = Math.min(targetTable.tokens.length, draftTable.tokens.length);
    return new DraftModel(model, info, sharedTokens);
  }
}

/** Mapped weights take no memory before they are used. */
async function computeOnce(model: LlamaModel): Promise<void> {
  await using context = await model.createContext({ contextSize: FIRST_CONTEXT, threads: 1 });
  await context.getSequence().evaluateWithoutGeneratingNewTokens(model.tokenize('def'));
}
