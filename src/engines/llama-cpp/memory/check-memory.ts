import { counted } from '../../../records/counted.ts';
import { stat } from 'node:fs/promises';
import type { LlamaModel } from 'node-llama-cpp';
import prettyBytes from 'pretty-bytes';
import { memoryError } from '../../../records/error.ts';
import { readAvailableMemory } from '../../available-memory.ts';
import { type ContextShape, memoryNeed, modelShape } from './memory-need.ts';

/** How llama.cpp names the parts of a model that is cut into several files. */
const PART_NAME = /-\d{5}-of-(\d{5})\.gguf$/;

/**
 * Throws a memory error with the numbers if a model's file, or all its parts, are larger than the
 * memory. With layers on a GPU nothing is checked: there they have their own.
 */
export async function checkFileFits(modelPath: string, gpuLayers: number): Promise<void> {
  const available = gpuLayers > 0 ? undefined : await readAvailableMemory();
  if (available === undefined) {
    return;
  }
  const sizes = await Promise.all(partsOf(modelPath).map(sizeOf));
  const size = sizes.reduce((sum, bytes) => sum + bytes, 0);
  if (size > available) {
    throw memoryError(
      `${modelPath} does not fit into memory: its weights need ${prettyBytes(size)} and ${prettyBytes(available)} are available; take a smaller quantization`,
    );
  }
}

function partsOf(modelPath: string): string[] {
  const parts = PART_NAME.exec(modelPath)?.[1];
  return parts === undefined
    ? [modelPath]
    : Array.from({ length: Number(parts) }, (_, index) => {
        const number = String(index + 1).padStart(5, '0');
        return modelPath.replace(PART_NAME, `-${number}-of-${parts}.gguf`);
      });
}

/** 0 for a file that is missing: the loader tells of it. */
async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
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
    const cache = `cache of ${counted(sequences, 'sequence')} of ${contextSize} tokens`;
    throw memoryError(
      `${model.filename ?? 'the model'} does not fit into memory: it needs ${prettyBytes(need.totalBytes)} (weights ${prettyBytes(need.weightBytes)}, ${cache} ${prettyBytes(need.cacheBytes)}, buffers ${prettyBytes(need.bufferBytes)}) and ${prettyBytes(available)} are available; lower --parallel, --ctx-size or --max-tokens, or take a smaller quantization`,
    );
  }
}
