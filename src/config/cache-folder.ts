import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where models and data sets are kept: EVALKIT_CACHE, or `evalkit` in XDG_CACHE_HOME, or in
 * `.cache` of the home folder.
 */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  return (
    env['EVALKIT_CACHE'] || join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'evalkit')
  );
}
