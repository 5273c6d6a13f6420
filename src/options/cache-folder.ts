import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Where models and data sets are kept: EVALKIT_CACHE, or `evalkit` in XDG_CACHE_HOME, or in
 * `.cache` of the home folder. Absolute, since the engine's process works in another folder.
 */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  const ofUser = env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return resolve(env['EVALKIT_CACHE'] || join(ofUser, 'evalkit'));
}
