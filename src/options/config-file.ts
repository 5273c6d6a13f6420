import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { closest } from 'fastest-levenshtein';
import { usageError } from '../records/error.ts';
import { fileText } from '../records/file-text.ts';
import { type ConfigSection, NO_SECTION } from './config-section.ts';
import { parseConfigText } from './config-text.ts';
import type { YamlPath, YamlText } from './yaml.ts';
import { flagName, type OptionSet } from './option.ts';

/** An entry that a user adds to the catalogue; its fields are the catalogue's to check. */
export interface ConfigModel {
  readonly data: unknown;
  /** As `evalkit.config.yaml:12: models.0`. */
  readonly where: string;
}

/** A config file that was read. */
export interface ConfigFile {
  readonly section: (name: string) => ConfigSection;
  readonly models: readonly ConfigModel[];
  /** Where it lies; absolute, absent without a file. */
  readonly path: string | undefined;
}

/** The files that are looked for in the current folder. */
const NAMES = ['evalkit.config.yaml', 'evalkit.config.yml', 'evalkit.config.json'] as const;

/** For editors: it says where the schema lies. */
const SCHEMA_KEY = '$schema';

/** Where there is no file, or none is wanted. */
export const NO_CONFIG_FILE: ConfigFile = {
  section: () => NO_SECTION,
  models: [],
  path: undefined,
};

/** The commands that have a section, each with its options. */
export type Sections = Readonly<Record<string, OptionSet>>;

/**
 * Reads the config file: the one that `path` names, else the one in the folder `cwd`; without any,
 * an empty one. Throws a usage error that names file, line and key for what is wrong in it.
 */
export async function readConfigFile(options: {
  readonly path: string | undefined;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly sections: Sections;
}): Promise<ConfigFile> {
  const found = await find(options);
  if (found === undefined) {
    return NO_CONFIG_FILE;
  }
  const { name } = found;
  const parsed = parseConfigFile(parseConfigText(found.text, name, options.env), options.sections);
  return { ...parsed, path: resolve(options.cwd, name) };
}

async function find({ path, cwd }: { readonly path: string | undefined; readonly cwd: string }) {
  if (path !== undefined) {
    return { name: path, text: await readNamed(resolve(cwd, path), path) };
  }
  const present: { readonly name: string; readonly text: string }[] = [];
  for (const name of NAMES) {
    const text = await readIfPresent(resolve(cwd, name), name);
    if (text !== undefined) {
      present.push({ name, text });
    }
  }
  const [first, second] = present;
  if (second !== undefined) {
    throw usageError(`${first?.name} and ${second.name} both exist; keep one of them`);
  }
  return first;
}

async function readNamed(file: string, name: string): Promise<string> {
  try {
    return fileText(await readFile(file));
  } catch (error) {
    throw usageError(`--config ${name} cannot be read; name a YAML or JSON file`, error);
  }
}

async function readIfPresent(file: string, name: string): Promise<string | undefined> {
  try {
    return fileText(await readFile(file));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return undefined;
    }
    throw usageError(`${name} cannot be read; correct it, or leave it out with --no-config`, error);
  }
}

function parseConfigFile(text: YamlText, known: Sections): Omit<ConfigFile, 'path'> {
  const content = mapping(text, [], text.data ?? {});
  const keys = [...Object.keys(known), 'models'];
  for (const key of Object.keys(content)) {
    if (key !== SCHEMA_KEY && !keys.includes(key)) {
      throw usageError(
        `${text.where([key])}: no section is called ${key}; nearest: ${closest(key, keys)}`,
      );
    }
  }
  const sections = new Map(
    Object.keys(known).map((name) => [name, readSection(text, { name, known }, content[name])]),
  );
  return {
    section: (name) => sections.get(name) ?? NO_SECTION,
    models: readModels(text, content['models']),
  };
}

function readSection(
  text: YamlText,
  { name, known }: { readonly name: string; readonly known: Sections },
  data: unknown,
): ConfigSection {
  const where = (option: string): string => `${text.where([name, option])}: ${name}.${option}`;
  const given = Object.entries(mapping(text, [name], data ?? {}));
  for (const [option, value] of given) {
    const reason = flagOnly(option, name, known);
    if (reason !== undefined) {
      throw usageError(`${where(option)}: ${reason}; give ${flagName(option)} on the command line`);
    }
    if (value === null) {
      throw usageError(`${where(option)} has no value; give it one, or take the line out`);
    }
  }
  const values = given.map(([option, value]) => [option, asTyped(value)] as const);
  return { values: Object.fromEntries(values), where };
}

/** Why no config file may set an option; one of another command's is refused for the same reason. */
function flagOnly(option: string, section: string, known: Sections): string | undefined {
  const sets = [known[section] ?? {}, ...Object.values(known)];
  return sets.find((set) => Object.hasOwn(set, option))?.[option]?.flagOnly;
}

function readModels(text: YamlText, data: unknown): ConfigModel[] {
  if (data !== undefined && !Array.isArray(data)) {
    throw usageError(
      `${text.where(['models'])}: models is not a list; begin each entry with a dash`,
    );
  }
  return (data ?? []).map((entry: unknown, index: number) => ({
    data: entry,
    where: `${text.where(['models', index])}: models.${index}`,
  }));
}

function mapping(text: YamlText, path: YamlPath, data: unknown): Record<string, unknown> {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    const what = path.length === 0 ? 'the file' : path.join('.');
    throw usageError(
      `${text.where(path)}: ${what} is not a mapping; write key: value, a line each`,
    );
  }
  return { ...data };
}

/** Flags are texts or booleans, so that one schema serves both. */
function asTyped(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(asTyped);
  }
  return typeof value === 'number' ? String(value) : value;
}
