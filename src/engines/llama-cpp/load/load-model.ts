import { setTimeout } from 'node:timers/promises';
import { getLlama, LlamaLogLevel, type LlamaModel } from 'node-llama-cpp';
import { environmentError, usageError } from '../../../records/error.ts';
import { checkFileFits } from '../memory/check-memory.ts';
import { isOutOfMemory } from '../process/describe-error.ts';

/** llama.cpp logs from threads of its own: a line may come this long after what it reports. */
export const LOG_DELAY_MS = 100;

/** What llama.cpp writes before its words: `llama_model_load: error loading model: `. */
export const FUNCTION_NAME = /^\w+: (?:error loading model: )?/;

export interface LoadOptions {
  readonly modelPath: string;
  readonly gpuLayers: number;
  /** Takes llama.cpp's log, line by line. */
  readonly log: (line: string) => void;
  /** Takes what llama.cpp logs as an error, as long as the model lives. */
  readonly onComplaint?: (words: string) => void;
  /** Share of the model that is loaded, 0 to 1. */
  readonly onProgress: (share: number) => void;
}

/**
 * Loads a model. Throws a usage error with llama.cpp's own words for a file that it refuses, and an
 * environment error where layers are meant for a GPU and none can be used, or the memory is too
 * small.
 */
export async function loadModel(options: LoadOptions): Promise<LlamaModel> {
  const { modelPath, gpuLayers, log } = options;
  await checkFileFits(modelPath, gpuLayers);
  const complaints: string[] = [];
  const llama = await getLlama({
    gpu: gpuLayers > 0 ? 'auto' : false,
    // Nothing is compiled or fetched while something is measured.
    build: 'never',
    progressLogs: false,
    // Leaves each context the threads that it was given: the default splits them between contexts.
    maxThreads: 0,
    logLevel: LlamaLogLevel.info,
    logger: (level, message) => {
      if (level === LlamaLogLevel.error) {
        complaints.push(message);
        options.onComplaint?.(message);
      }
      // Loading is drawn in dots, each a message of its own.
      if (!/^\.*$/.test(message.trim())) {
        log(message.trimEnd());
      }
    },
  });
  if (gpuLayers > 0 && llama.gpu === false) {
    throw environmentError(
      `--gpu-layers ${gpuLayers}: llama.cpp can use no GPU on this machine; leave the option out to compute on the CPU`,
    );
  }
  try {
    return await llama.loadModel({
      modelPath,
      gpuLayers,
      // Otherwise weights that are NaN pass, and every completion is noise.
      checkTensors: true,
      onLoadProgress: options.onProgress,
    });
  } catch (error) {
    if (isOutOfMemory(error)) {
      throw error;
    }
    await setTimeout(LOG_DELAY_MS);
    // The first complaint names the cause, those after it only what failed in turn.
    const words = complaints[0]?.replace(FUNCTION_NAME, '') ?? messageOf(error);
    throw usageError(
      `${modelPath}: llama.cpp cannot load this file as a model: ${words}; name a complete .gguf of an architecture that it knows`,
      error,
    );
  }
}

/** On one line, since a file's wrong first bytes may stand in it. */
function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/\p{Cc}+/gu, '?');
}
