import { basename } from 'node:path';
import type { Check } from '../../records/doctor-report.ts';
import { EvalkitError } from '../../records/error.ts';
import { type CheckContext, EngineFailure } from '../engine.ts';
import { createLlamaCppEngine } from './engine.ts';
import { llamaCppIdentity } from './identity.ts';
import { describeLlamaCpp } from './process/describe.ts';
import type { LlamaCppDescription } from './process/description.ts';
import type { LlamaSettings } from './settings.ts';

/** Settings for a model that is loaded to see whether it loads: the smallest of everything. */
const SMALL: LlamaSettings = {
  contextSize: 512,
  batchSize: 512,
  flash: 'auto',
  cacheTypeK: 'f16',
  cacheTypeV: 'f16',
  gpuLayers: 0,
};

/** Which llama.cpp runs here, on what, with how many threads. Measures: nothing may run beside it. */
export async function llamaCppChecks(context: CheckContext): Promise<Check[]> {
  let found: LlamaCppDescription;
  try {
    found = await describeLlamaCpp(context.env, context.signal);
  } catch (error) {
    return [{ name: 'llama.cpp', status: 'failed', detail: messageOf(error) }];
  }
  const { version, versions } = llamaCppIdentity();
  return [
    {
      name: 'llama.cpp',
      status: 'ok',
      detail: `${versions['llama.cpp']} (node-llama-cpp ${version}), CPU backend ${found.backend}`,
    },
    { name: 'CPU features', status: 'ok', detail: found.features.join(' ') },
    gpuCheck(found),
    await threadsCheck(found, context),
  ];
}

function gpuCheck({ gpus }: LlamaCppDescription): Check {
  return gpus.length === 0
    ? { name: 'GPU', status: 'warning', detail: 'none that llama.cpp can use: the CPU computes' }
    : { name: 'GPU', status: 'ok', detail: `${gpus.join(', ')}, with --gpu-layers N` };
}

/** The rule, and where a model is cached the probe that every measuring command makes. */
async function threadsCheck(found: LlamaCppDescription, context: CheckContext): Promise<Check> {
  const { threads, mathCores, parallelism, quota } = found;
  const limits = `${mathCores} cores for arithmetic, ${parallelism} usable, ${quota === undefined ? 'no quota' : `a quota of ${quota}`}`;
  const rule = `${threads} by rule (${limits})`;
  let model: string | undefined;
  try {
    model = await context.smallestModel();
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
    await using session = await createLlamaCppEngine({ env: context.env }).open({
      modelPath: model,
      threads: undefined,
      parallel: 1,
      settings: SMALL,
      signal: context.signal,
    });
    const { threads: chosen, threadsChosenBy } = session.info.process;
    const detail = `${chosen}: ${threadsChosenBy}; ${limits}; probed with ${basename(model)}`;
    // Fewer than the rule's: something else keeps a core busy.
    return { name: 'threads', status: chosen < threads ? 'warning' : 'ok', detail };
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof EvalkitError || error instanceof EngineFailure)) {
      throw error;
    }
    const detail = `${rule}; not probed: ${basename(model)} did not load: ${error.message}`;
    return { name: 'threads', status: 'warning', detail };
  }
}

function messageOf(error: unknown): string {
  if (error instanceof EvalkitError) {
    return error.message;
  }
  throw error;
}
