import { ENGINE_NAMES, engineNamed } from '../../engines/index.ts';
import { joinCached } from '../../models/cache/cached-model.ts';
import { takeInventory } from '../../models/cache/inventory.ts';
import { cacheFolder } from '../../options/cache-folder.ts';
import type { Check } from '../../records/doctor-report.ts';
import type { Host } from '../host.ts';

/**
 * What each engine says of itself on this machine. It measures, so nothing else may run meanwhile.
 */
export async function engineChecks(host: Host): Promise<Check[]> {
  const { env, signal } = host;
  const checks: Check[] = [];
  for (const name of ENGINE_NAMES) {
    const engine = await engineNamed(name);
    const own = await engine.checks?.({ env, signal, smallestModel: () => smallestModel(host) });
    checks.push(...(own ?? []));
  }
  return checks;
}

async function smallestModel({ env }: Host): Promise<string | undefined> {
  const { weights } = await takeInventory(cacheFolder(env));
  const [smallest] = [...joinCached(weights).values()]
    .filter(({ isUntouched, isWhole }) => isUntouched && isWhole)
    .toSorted((one, other) => one.bytes - other.bytes);
  return smallest?.path;
}
