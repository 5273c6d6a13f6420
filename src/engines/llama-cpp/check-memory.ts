import { stat } from 'node:fs/promises';
import type { LlamaModel } from 'node-llama-cpp';
import prettyBytes from 'pretty-bytes';
import { memoryError } from '../../records/error.ts';
import { readAvailableMemory } from './available-memory.ts';
import { type ContextShape, memoryNeed, modelShape } from './memory-need.ts';

/** Throws a memory error with the numbers if a model's file is larger than the memory. */
export async function checkFileFits(modelPath: string): Promise<void> {
  const available = await readAvailableMemory();
  // A file that is missing is for the loader to tell of.
  const size = (await stat(modelPath).catch(() => undefined))?.size;
  if (available !== undefined && size !== undefined && size > available) {
    throw memoryError(
      `${modelPath} does not fit into memory: its weights need ${prettyBytes(size)} and ${prettyBytes(available)} are available; take a smaller quantization`,
    );
  }
}

/**
 * Throws a memory error with the numbers if a model and a context of it need more memory than
 * there is: llama.cpp would be given it all the same, and be killed when it writes to it. The pages
 * of loaded weights count as available, since the system can drop and read them again.
 */
export async function checkContextFits(model: LlamaModel, context: ContextShape): Promise<void> {
  const shape = modelShape(model.fileInfo, model.fileInsights);
  const available = await readAvailableMemory();
  // Layers on a GPU have their memory there, which llama.cpp does not overcommit.
  if (shape === undefined || available === undefined || model.gpuLayers > 0) {
    return;
  }
  const need = memoryNeed(shape, context);
  if (need.totalBytes > available) {
    const { sequences, contextSize } = context;
    const cache = `cache of ${sequences} ${sequences === 1 ? 'sequence' : 'sequences'} of ${contextSize} tokens`;
    throw memoryError(
      `${model.filename ?? 'the model'} does not fit into memory: it needs ${prettyBytes(need.totalBytes)} (weights ${prettyBytes(need.weightBytes)}, ${cache} ${prettyBytes(need.cacheBytes)}, buffers ${prettyBytes(need.bufferBytes)}) and ${prettyBytes(available)} are available; lower --parallel, --ctx-size or --max-tokens, or take a smaller quantization`,
    );
  }
}
