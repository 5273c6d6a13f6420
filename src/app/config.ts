import type { Catalogue } from '../models/catalogue/catalogue.ts';
import { mergeCatalogue, parseCatalogueEntry } from '../models/catalogue/own-catalogue.ts';
import { type ConfigFile, NO_CONFIG_FILE, readConfigFile } from '../options/config-file.ts';
import type { ConfigSection } from '../options/config-section.ts';
import { about } from '../options/message.ts';
import { usageError } from '../records/error.ts';
import { globalOptions } from './common-options.ts';
import type { Host } from './host.ts';
import { loadSections } from './options.ts';

/** What a config file says to a start of evalkit. */
export interface Config {
  readonly section: (command: string) => ConfigSection;
  /** Where it lies; absolute, absent without a file. */
  readonly path: string | undefined;
  /** evalkit's bases and those of the file. Throws a usage error for a bad entry. */
  readonly catalogue: () => Catalogue;
}

/** Where no file is read: evalkit's own bases, and nothing to any command. */
export const NO_CONFIG = configOf(NO_CONFIG_FILE);

/**
 * Reads the file that `--config` names, else the one in the folder; `false` is what `--no-config`
 * comes to. Throws a usage error for a bad one.
 */
export async function readConfig(
  path: unknown,
  { cwd, env }: Pick<Host, 'cwd' | 'env'>,
): Promise<Config> {
  if (Array.isArray(path)) {
    throw usageError(about`${globalOptions.config} is given ${path.length} times; give it once`);
  }
  if (path === false) {
    return NO_CONFIG;
  }
  const named = typeof path === 'string' ? path : undefined;
  return configOf(await readConfigFile({ path: named, cwd, env, sections: await loadSections() }));
}

function configOf({ section, models, path }: ConfigFile): Config {
  return {
    section,
    path,
    catalogue: () =>
      mergeCatalogue(models.map(({ data, where }) => parseCatalogueEntry(data, where))),
  };
}
