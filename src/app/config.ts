import {
  type ConfigFile,
  type ConfigSection,
  NO_CONFIG_FILE,
  readConfigFile,
} from '../options/config-file.ts';
import { flagName } from '../options/flag-name.ts';
import type { SectionName } from '../options/sections.ts';
import type { Catalogue } from '../models/catalogue/catalogue.ts';
import { mergeCatalogue, parseCatalogueEntry } from '../models/catalogue/own-catalogue.ts';
import { usageError } from '../records/error.ts';

/** The config file of one start of the command: what errors tell of it. */
export class Config {
  readonly #cwd: string;
  readonly #env: NodeJS.ProcessEnv;
  #file = NO_CONFIG_FILE;
  #used: ConfigSection | undefined;

  constructor(cwd: string, env: NodeJS.ProcessEnv) {
    this.#cwd = cwd;
    this.#env = env;
  }

  /** Reads the file that `--config` names, else the one in the folder. Throws a usage error for a bad one. */
  async read({ config: path }: Readonly<Record<string, unknown>>): Promise<ConfigFile> {
    if (Array.isArray(path)) {
      throw usageError(`--config is given ${path.length} times; give it once`);
    }
    // What --no-config comes to.
    if (path === false) {
      return NO_CONFIG_FILE;
    }
    const named = typeof path === 'string' ? path : undefined;
    this.#file = await readConfigFile({ path: named, cwd: this.#cwd, env: this.#env });
    return this.#file;
  }

  /** What the file says to a command where its flags say nothing. */
  async section(
    name: SectionName,
    typed: Readonly<Record<string, unknown>>,
  ): Promise<ConfigSection> {
    const { values, where } = (await this.read(typed)).section(name);
    const left = Object.entries(values).filter(([option]) => typed[option] === undefined);
    this.#used = { values: Object.fromEntries(left), where };
    return this.#used;
  }

  /** evalkit's bases and those of the file that was read. Throws a usage error for a bad entry. */
  catalogue(): Catalogue {
    const { models } = this.#file;
    return mergeCatalogue(models.map(({ data, where }) => parseCatalogueEntry(data, where)));
  }

  /**
   * Where the options that an error speaks of were set, if in the file: an error names `--model`
   * wherever the value came from. Empty, or ` (--model: evalkit.config.yaml:3: humaneval.model)`.
   */
  origins(message: string): string {
    const words = [...message.matchAll(/--[a-z][a-z-]*/g)].map(([word]) => word);
    const { values, where } = this.#used ?? { values: {}, where: String };
    const told = Object.keys(values)
      .filter((option) => words.includes(flagName(option)))
      .map((option) => `${flagName(option)}: ${where(option)}`);
    return told.length === 0 ? '' : ` (${told.join(', ')})`;
  }
}
