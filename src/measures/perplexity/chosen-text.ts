import { resolve } from 'node:path';
import { cacheFolder } from '../../options/cache-folder.ts';
import { hubSettings, refuseHubSettings } from '../../models/hub-settings.ts';
import { createHubClient } from '../../models/sources/hub/client.ts';
import type { Preparation } from '../measure.ts';
import { type LoadedText, loadText } from './load-text.ts';

/** The options that choose a text. */
export interface TextChoice {
  readonly pplData?: string | undefined;
  readonly field: string;
  readonly rows: number;
  readonly offline: boolean;
}

/** Loads the text that the options or EVALKIT_PPL_DATA name, else the default data set's. */
export function loadChosenText(
  options: TextChoice,
  host: Preparation<unknown>['host'],
): Promise<LoadedText> {
  const { env, cwd, progress, signal } = host;
  const path = options.pplData ?? (env['EVALKIT_PPL_DATA'] || undefined);
  const hub = hubSettings(env);
  if (path === undefined && !options.offline) {
    refuseHubSettings(hub);
  }
  return loadText({
    path: path === undefined ? undefined : resolve(cwd, path),
    choice: { field: options.field, rows: options.rows },
    cacheFolder: cacheFolder(env),
    hubClient: options.offline ? undefined : createHubClient({ ...hub, signal, env }),
    progress,
  });
}
