import type { LlamaModel } from 'node-llama-cpp';
import type { DraftInfo } from '../../capabilities.ts';
import { type ContextSource, createContext } from '../decode/context.ts';
import { loadModel, type LoadOptions } from '../load/load-model.ts';
import { refuseOtherVocabulary } from '../../vocabulary.ts';

/** Tokens of the context in which a draft model computes for the first time. */
const FIRST_CONTEXT = 256;

export interface DraftModelOptions extends Omit<LoadOptions, 'onComplaint'> {
  /** The model that it drafts for; the draft's contexts are made as its are. */
  readonly target: ContextSource;
  /** Resident set of this process in bytes. */
  readonly rssBytes: () => number;
}

/** A model that drafts for another one. */
export class DraftModel {
  readonly model: LlamaModel;
  /** How its contexts are made. */
  readonly source: ContextSource;
  readonly info: DraftInfo;
  /** Ids below it mean the same to both models. */
  readonly sharedTokens: number;

  private constructor(source: ContextSource, info: DraftInfo, sharedTokens: number) {
    this.model = source.model;
    this.source = source;
    this.info = info;
    this.sharedTokens = sharedTokens;
  }

  /**
   * Throws a usage error for a file that is not a model or has another vocabulary, and a memory error for
   * one that does not fit beside the model.
   */
  static async load(options: DraftModelOptions): Promise<DraftModel> {
    const { target, rssBytes, modelPath } = options;
    const rssBeforeBytes = rssBytes();
    const start = performance.now();
    const complaints: string[] = [];
    const model = await loadModel({ ...options, onComplaint: (words) => complaints.push(words) });
    const loadMs = performance.now() - start;
    const { context, threads, governor } = target;
    const source = { model, context, threads, governor, complaints };
    const targetTable = target.model.fileInfo.metadata.tokenizer.ggml;
    const draftTable = model.fileInfo.metadata.tokenizer.ggml;
    try {
      refuseOtherVocabulary(modelPath, targetTable, draftTable);
      await computeOnce(source);
    } catch (error) {
      await model.dispose();
      throw error;
    }
    const info = { loadMs, rssBeforeBytes, rssAfterBytes: rssBytes() };
    const sharedTokens = Math.min(targetTable.tokens.length, draftTable.tokens.length);
    return new DraftModel(source, info, sharedTokens);
  }
}

/** Mapped weights take no memory before they are used. */
async function computeOnce(source: ContextSource): Promise<void> {
  const size = { contextSize: FIRST_CONTEXT, sequences: 1 };
  await using context = await createContext({ ...source, threads: 1, governor: undefined }, size);
  await context.getSequence().evaluateWithoutGeneratingNewTokens(source.model.tokenize('def'));
}
