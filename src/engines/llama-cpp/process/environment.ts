import { readdirSync } from 'node:fs';
import { delimiter } from 'node:path';

/** Variables that change what the engine's process loads or how it computes. */
const HARMFUL = /^(?:LD_PRELOAD|DYLD_.*|GGML_.*|LLAMA_.*|NODE_LLAMA_CPP_.*|NODE_OPTIONS)$/;

/**
 * The environment for the engine's process. Another llama.cpp's libraries on LD_LIBRARY_PATH end it
 * at its start, so the variable goes; with `gpu` the folders that hold no such library stay, since a
 * container may reach its GPU driver by them.
 */
export function engineEnvironment(env: NodeJS.ProcessEnv, gpu: boolean): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !HARMFUL.test(name));
  const { LD_LIBRARY_PATH: libraryPath, ...rest } = Object.fromEntries(kept);
  const folders = gpu ? (libraryPath?.split(delimiter).filter(isFreeOfLlamaCpp) ?? []) : [];
  return {
    ...rest,
    ...(folders.length === 0 ? {} : { LD_LIBRARY_PATH: folders.join(delimiter) }),
    // More of Node's own threads only compete with llama.cpp's: 19 to 32 % of the speed on 2 cores.
    UV_THREADPOOL_SIZE: '1',
  };
}

function isFreeOfLlamaCpp(folder: string): boolean {
  try {
    return folder !== '' && !readdirSync(folder).some((name) => /^lib(?:llama|ggml)/.test(name));
  } catch {
    // A folder that cannot be listed gives no library to us, and nothing else either.
    return false;
  }
}
