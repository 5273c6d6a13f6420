import { basename } from 'node:path';
import { cacheFolder } from '../../options/cache-folder.ts';
import { EngineFailure } from '../../engines/engine.ts';
import { describeLlamaCpp } from '../../engines/llama-cpp/process/describe.ts';
import type { LlamaCppDescription } from '../../engines/llama-cpp/process/description.ts';
import { createLlamaCppEngine } from '../../engines/llama-cpp/engine.ts';
import { llamaCppIdentity } from '../../engines/llama-cpp/identity.ts';
import { joinCached } from '../../models/cache/cached-model.ts';
import { takeInventory } from '../../models/cache/inventory.ts';
import type { Check } from '../../records/doctor-report.ts';
import { EvalkitError } from '../../records/error.ts';
import type { EngineSettings } from '../../records/plan.ts';
import type { Host } from '../host.ts';

/** Settings for a model that is loaded to see whether it loads: the smallest of everything. */
const SMALL: EngineSettings = {
  parallel: 1,
  contextSize: 512,
  batchSize: 512,
  flash: 'auto',
  cacheTypeK: 'f16',
  cacheTypeV: 'f16',
  gpuLayers: 0,
};

/** Which llama.cpp runs here, on what, with how many threads. Measures: nothing may run beside it. */
export async function engineChecks(host: Host): Promise<Check[]> {
  let found: LlamaCppDescription;
  try {
    found = await describeLlamaCpp(host.env, host.signal);
  } catch (error) {
    return [{ name: 'llama.cpp', status: 'failed', detail: messageOf(error) }];
  }
  const { name, version, llamaCpp } = llamaCppIdentity();
  return [
    {
      name: 'llama.cpp',
      status: 'ok',
      detail: `${llamaCpp} (${name} ${version}), CPU backend ${found.backend}`,
    },
    { name: 'CPU features', status: 'ok', detail: found.features.join(' ') },
    gpuCheck(found),
    await threadsCheck(found, host),
  ];
}

function gpuCheck({ gpus }: LlamaCppDescription): Check {
  return gpus.length === 0
    ? { name: 'GPU', status: 'warning', detail: 'none that llama.cpp can use: the CPU computes' }
    : { name: 'GPU', status: 'ok', detail: `${gpus.join(', ')}, with --gpu-layers N` };
}

/** The rule, and where a model is at hand the probe that every measuring command makes. */
async function threadsCheck(found: LlamaCppDescription, host: Host): Promise<Check> {
  const { threads, mathCores, parallelism, quota } = found;
  const limits = `${mathCores} cores for arithmetic, ${parallelism} usable, ${quota === undefined ? 'no quota' : `a quota of ${quota}`}`;
  const rule = `${threads} by rule (${limits})`;
  let model: string | undefined;
  try {
    model = await smallestModel(host);
  } catch (error) {
    return {
      name: 'threads',
      status: 'warning',
      detail: `${rule}; not probed: ${messageOf(error)}`,
    };
  }
  if (model === undefined) {
    return { name: 'threads', status: 'ok', detail: `${rule}; not probed: no model is cached` };
  }
  try {
    await using session = await createLlamaCppEngine({ env: host.env }).open({
      modelPath: model,
      threads: undefined,
      settings: SMALL,
      signal: host.signal,
    });
    const { threads: chosen, threadsChosenBy } = session.info;
    const detail = `${chosen}: ${threadsChosenBy}; ${limits}; probed with ${basename(model)}`;
    // Fewer than the rule's: something else keeps a core busy.
    return { name: 'threads', status: chosen < threads ? 'warning' : 'ok', detail };
  } catch (error) {
    host.signal.throwIfAborted();
    if (!(error instanceof EvalkitError || error instanceof EngineFailure)) {
      throw error;
    }
    const detail = `${rule}; not probed: ${basename(model)} did not load: ${error.message}`;
    return { name: 'threads', status: 'warning', detail };
  }
}

async function smallestModel({ env }: Host): Promise<string | undefined> {
  const { weights } = await takeInventory(cacheFolder(env));
  const [smallest] = [...joinCached(weights).values()]
    .filter(({ isUntouched, isWhole }) => isUntouched && isWhole)
    .toSorted((one, other) => one.bytes - other.bytes);
  return smallest?.path;
}

function messageOf(error: unknown): string {
  if (error instanceof EvalkitError) {
    return error.message;
  }
  throw error;
}
