import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { sendMessage } from 'execa';
import { getLlama, getLlamaGpuTypes, LlamaLogLevel } from 'node-llama-cpp';
import type { DescribeMessage, LlamaCppDescription } from './description.ts';
import { readCpuQuota, threadsByRule } from '../load/threads.ts';

/*
 * Entry file of the process that loads llama.cpp to see what it makes of this machine: a library
 * that does not fit ends this process and not the command.
 */

/** llama.cpp's log comes from other threads, a little after what it tells of. */
const LOG_DELAY_MS = 100;

await sendMessage(await answer());
process.exit(0);

async function answer(): Promise<DescribeMessage> {
  try {
    return { kind: 'described', description: await describe() };
  } catch (error) {
    return { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}

async function describe(): Promise<LlamaCppDescription> {
  let backend = 'one built in';
  const llama = await getLlama({
    gpu: false,
    build: 'never',
    progressLogs: false,
    logLevel: LlamaLogLevel.debug,
    logger: (_, message) => {
      const library = /^load_backend: loaded CPU backend from (?<path>.+)$/m.exec(message);
      backend = basename(library?.groups?.['path'] ?? backend);
    },
  });
  await new Promise((resolve) => setTimeout(resolve, LOG_DELAY_MS));
  const mathCores = llama.cpuMathCores;
  const parallelism = availableParallelism();
  const quota = await readCpuQuota();
  const gpus = await getLlamaGpuTypes('supported');
  return {
    backend,
    features: featuresOf(llama.systemInfo),
    mathCores,
    parallelism,
    ...(quota === undefined ? {} : { quota }),
    threads: threadsByRule({ mathCores, parallelism, quota }),
    gpus: gpus.filter((gpu) => gpu !== false),
  };
}

/** From `CPU : SSE3 = 1 | AVX = 1 | …`. */
function featuresOf(systemInfo: string): string[] {
  return [...systemInfo.matchAll(/(\w+) = 1/g)].map(([, name]) => name ?? '');
}
