import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { FoundEnvironment } from '../../environments/find.ts';
import { readAvailableMemory } from '../available-memory.ts';
import { LOCAL_CAPABILITIES } from '../capabilities.ts';
import { readCpuQuota } from '../cpu-quota.ts';
import type { Engine, EngineContext } from '../engine.ts';
import type { EngineIdentity, EngineSettings } from '../../records/plan.ts';
import { folderCare } from './folders.ts';
import { findInterpreters } from './interpreters.ts';
import { TorchSession } from './session.ts';
import { torchSettingsSchema } from './settings.ts';
import { DEFAULT_VARIANT } from './variants.ts';

/**
 * The longest silence of a worker that is at work. It speaks with each layer, which takes seconds
 * even for a large model on a slow CPU.
 */
const STALL_TIMEOUT_MS = 300_000;

/**
 * Raised whenever the same request could give other tokens: how rows are batched and padded, in which
 * order probabilities are cut off.
 */
const VERSION = '1';

/** Creates the engine for the variants of a command's models. Throws `EvalkitError` where no Python fits. */
export async function createTorchEngine(
  context: EngineContext,
  stallTimeoutMs = STALL_TIMEOUT_MS,
): Promise<Engine> {
  const { env, options, variants = [DEFAULT_VARIANT] } = context;
  const interpreters = await findInterpreters(
    variants.map((name) => name ?? DEFAULT_VARIANT),
    context,
  );
  const interpreterOf = (settings: EngineSettings): FoundEnvironment => {
    const { variant } = torchSettingsSchema.parse(settings);
    const found = interpreters.get(variant);
    if (found === undefined) {
      throw new Error(`no interpreter was looked for that runs ${variant}`);
    }
    return found;
  };
  const [first] = interpreters.values();
  const trustRemoteCode = options['trustRemoteCode'] === true;
  return {
    identity: identityOf(first),
    identityOf: (settings) => identityOf(interpreterOf(settings)),
    capabilities: LOCAL_CAPABILITIES,
    ...(first === undefined
      ? {}
      : { folders: folderCare({ python: first.python, env, trustRemoteCode }) }),
    open: async (asked) =>
      TorchSession.open(asked, {
        python: interpreterOf(asked.settings).python,
        env,
        stallTimeoutMs,
        trustRemoteCode,
        calibration: calibrationPath(context),
        threads: await chooseThreads(asked.threads),
        availableBytes: await readAvailableMemory(),
      }),
  };
}

function calibrationPath({ cwd, options: { calibration } }: EngineContext): string | undefined {
  return typeof calibration === 'string' ? resolve(cwd, calibration) : undefined;
}

function identityOf(found: FoundEnvironment | undefined): EngineIdentity {
  const versions = found === undefined ? {} : { python: found.pythonVersion, ...found.packages };
  return { name: 'torch', version: VERSION, versions };
}

/** As many as this process may use: torch's own default counts cores that a container does not have. */
async function chooseThreads(
  asked: number | undefined,
): Promise<{ readonly count: number; readonly chosenBy: string }> {
  if (asked !== undefined) {
    return { count: asked, chosenBy: 'option' };
  }
  const quota = Math.floor((await readCpuQuota()) ?? Infinity);
  return { count: Math.max(1, Math.min(availableParallelism(), quota)), chosenBy: 'rule' };
}
