import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { sendMessage } from 'execa';
import { getLlama, getLlamaGpuTypes, LlamaLogLevel } from 'node-llama-cpp';
import { LOG_DELAY_MS } from '../load/load-model.ts';
import type { DescribeMessage, LlamaCppDescription } from './description.ts';
import { readCpuQuota } from '../../cpu-quota.ts';
import { threadsByRule } from '../threads/rule.ts';

/*
 * Entry file of the process that loads llama.cpp to find out what it can use on this machine: a
 * library that does not fit ends this process and not the command.
 */

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
  let backend = 'built in';
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
  await setTimeout(LOG_DELAY_MS);
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
