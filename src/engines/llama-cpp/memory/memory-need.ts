import type { GgufFileInfo, GgufInsights } from 'node-llama-cpp';
import type { MemoryNeed } from '../../capabilities.ts';
import { CACHE_TYPE_BYTES, type ContextSettings } from '../settings.ts';

/** What of a model decides its memory. */
export interface ModelShape {
  readonly weightBytes: number;
  /** Key and value numbers of a token, summed over the layers. */
  readonly keyNumbers: number;
  readonly valueNumbers: number;
  readonly embedding: number;
  readonly feedForward: number;
  readonly heads: number;
  readonly vocabulary: number;
}

/** What of a context decides its memory. */
export interface ContextShape extends ContextSettings {
  readonly sequences: number;
  /** Tokens that each sequence can hold. */
  readonly contextSize: number;
}

/** Cells come in steps (`GGML_PAD(n_ctx, 256)` in llama.cpp's llama-context.cpp). */
const CONTEXT_STEP = 256;
const FLOAT_BYTES = 4;

/**
 * The memory that a model and a context of it take up: the file's weights, the cache of keys and
 * values, and what a pass is computed in. There llama.cpp reserves for the worst case, the logits of
 * a whole batch beside two states of it, or a layer's feed-forward part, whichever is larger; and one
 * row of logits a sequence to give out.
 */
export function memoryNeed(model: ModelShape, context: ContextShape): MemoryNeed {
  const { sequences, batchSize } = context;
  const cells = Math.ceil(context.contextSize / CONTEXT_STEP) * CONTEXT_STEP;
  const bytesPerToken =
    model.keyNumbers * CACHE_TYPE_BYTES[context.experimentalKvCacheKeyType] +
    model.valueNumbers * CACHE_TYPE_BYTES[context.experimentalKvCacheValueType];
  const batch = Math.min(Math.max(batchSize, sequences), cells * sequences);
  // "auto" turns it on for a CPU.
  const attention = context.flashAttention === false ? model.heads * cells : 0;
  const widest = Math.max(
    model.vocabulary + 2 * model.embedding,
    2 * model.embedding + 3 * model.feedForward,
    2 * model.embedding + 2 * attention,
  );
  const cacheBytes = Math.ceil(sequences * cells * bytesPerToken);
  const bufferBytes = FLOAT_BYTES * (batch * widest + sequences * model.vocabulary);
  return {
    weightBytes: model.weightBytes,
    cacheBytes,
    bufferBytes,
    totalBytes: model.weightBytes + cacheBytes + bufferBytes,
  };
}

/** The lengths that some architecture or other names. */
interface Attention {
  readonly head_count?: number | number[];
  readonly head_count_kv?: number | number[];
  readonly key_length?: number;
  readonly value_length?: number;
}

/**
 * Reads a model's shape from its metadata. `undefined` where the cache is not a plain one of all
 * tokens (sliding windows, recurrent layers) or the metadata lack a length.
 */
export function modelShape(info: GgufFileInfo, insights: GgufInsights): ModelShape | undefined {
  const { architectureMetadata: data, metadata } = info;
  const { block_count: layers, embedding_length: embedding, feed_forward_length } = data;
  const attention: Attention = data.attention ?? {};
  const { head_count: heads, head_count_kv: keyValueHeads } = attention;
  const feedForward = Math.max(...[feed_forward_length ?? []].flat());
  const isPlain = insights.swaSize === undefined && !insights.isRecurrent && !insights.isHybrid;
  if (!isPlain || typeof heads !== 'number' || layers === undefined || embedding === undefined) {
    return undefined;
  }
  const perLayer = Array.isArray(keyValueHeads)
    ? sum(keyValueHeads)
    : (keyValueHeads ?? heads) * layers;
  return {
    weightBytes: insights.modelSize,
    keyNumbers: perLayer * (attention.key_length ?? embedding / heads),
    valueNumbers: perLayer * (attention.value_length ?? embedding / heads),
    embedding,
    // GPT-2's files name it; where one does not, four times the width is the custom.
    feedForward: Number.isFinite(feedForward) ? feedForward : 4 * embedding,
    heads,
    vocabulary: metadata.tokenizer.ggml.tokens.length,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
