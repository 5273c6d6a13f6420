import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Completions between two collections, which take some milliseconds each. */
const COMPLETIONS = 16;

let completions = 0;
let collect: (() => void) | undefined;

/**
 * To be called after each completion. node-llama-cpp's sampler holds the whole vocabulary natively,
 * 1.8 MB with 152,000 tokens, and gives it back only when V8 collects its small JavaScript half,
 * which V8 sees no reason for: 164 completions kept 300 MB.
 */
export function releaseSamplers(): void {
  completions += 1;
  if (completions % COMPLETIONS === 0) {
    collect ??= exposeCollector();
    collect();
  }
}

function exposeCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const exposed: unknown = runInNewContext('gc');
  if (typeof exposed !== 'function') {
    throw new Error('this Node exposes no garbage collector');
  }
  return () => {
    exposed();
  };
}
