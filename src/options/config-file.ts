import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { closest } from 'fastest-levenshtein';
import { usageError } from '../records/error.ts';
import { type ConfigPath, type ConfigText, parseConfigText } from './config-text.ts';
import { FLAG_ONLY } from './flag-only.ts';
import { flagName } from './flag-name.ts';
import { SECTIONS, type SectionName } from './sections.ts';

/** What a config file says to one command. */
export interface ConfigSection {
  /** By option, in camel case; numbers and lists in the form that flags have. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Where an option stands, as `evalkit.config.yaml:3: humaneval.model`. */
  readonly where: (option: string) => string;
}

/** An entry that a user adds to the catalogue; its fields are the catalogue's to check. */
export interface ConfigModel {
  readonly data: unknown;
  /** As `evalkit.config.yaml:12: models.0`. */
  readonly where: string;
}

/** A config file that was read. */
export interface ConfigFile {
  readonly section: (name: SectionName) => ConfigSection;
  readonly models: readonly ConfigModel[];
}

/** The files that are looked for in the current folder. */
const NAMES = ['evalkit.config.yaml', 'evalkit.config.yml', 'evalkit.config.json'] as const;

/** For editors: it says where the schema lies. */
const SCHEMA_KEY = '$schema';
const TOP_KEYS = [...SECTIONS, 'models'];

/** Where there is no file, or none is wanted. */
export const NO_CONFIG_FILE: ConfigFile = {
  section: () => ({ values: {}, where: (option) => option }),
  models: [],
};

/**
 * Reads the config file: the one that `path` names, else the one in the folder `cwd`; without any,
 * an empty one. Throws a usage error that names file, line and key for what is wrong in it.
 */
export async function readConfigFile(options: {
  readonly path: string | undefined;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}): Promise<ConfigFile> {
  const found = await find(options);
  return found === undefined
    ? NO_CONFIG_FILE
    : parseConfigFile(found.text, found.name, options.env);
}

async function find({ path, cwd }: { readonly path: string | undefined; readonly cwd: string }) {
  if (path !== undefined) {
    return { name: path, text: await readNamed(resolve(cwd, path), path) };
  }
  const present: { readonly name: string; readonly text: string }[] = [];
  for (const name of NAMES) {
    const text = await readIfThere(resolve(cwd, name), name);
    if (text !== undefined) {
      present.push({ name, text });
    }
  }
  const [first, second] = present;
  if (second !== undefined) {
    throw usageError(`${first?.name} and ${second.name} are both here; keep one of them`);
  }
  return first;
}

async function readNamed(file: string, name: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw usageError(`--config ${name} cannot be read; name a YAML or JSON file`, error);
  }
}

async function readIfThere(file: string, name: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return undefined;
    }
    throw usageError(`${name} cannot be read; correct it, or leave it out with --no-config`, error);
  }
}

function parseConfigFile(source: string, name: string, env: NodeJS.ProcessEnv): ConfigFile {
  const text = parseConfigText(source, name, env);
  const content = mapping(text, [], text.data ?? {});
  for (const key of Object.keys(content)) {
    if (key !== SCHEMA_KEY && !TOP_KEYS.includes(key)) {
      const known = closest(key, TOP_KEYS);
      throw usageError(`${text.where([key])}: no section is called ${key}; nearest: ${known}`);
    }
  }
  const sections = new Map(
    SECTIONS.map((section) => [section, readSection(text, section, content[section])] as const),
  );
  return {
    section: (section) => sections.get(section) ?? NO_CONFIG_FILE.section(section),
    models: readModels(text, content['models']),
  };
}

function readSection(text: ConfigText, section: SectionName, data: unknown): ConfigSection {
  const where = (option: string): string =>
    `${text.where([section, option])}: ${section}.${option}`;
  const given = Object.entries(mapping(text, [section], data ?? {}));
  for (const [option, value] of given) {
    const reason = FLAG_ONLY.get(option);
    if (reason !== undefined) {
      throw usageError(`${where(option)}: ${reason}; say ${flagName(option)} where you mean it`);
    }
    if (value === null) {
      throw usageError(`${where(option)} has no value; give it one, or take the line out`);
    }
  }
  const values = given.map(([option, value]) => [option, asTyped(value)] as const);
  return { values: Object.fromEntries(values), where };
}

function readModels(text: ConfigText, data: unknown): ConfigModel[] {
  if (data !== undefined && !Array.isArray(data)) {
    throw usageError(`${text.where(['models'])}: models is no list; begin each entry with a dash`);
  }
  return (data ?? []).map((entry: unknown, index: number) => ({
    data: entry,
    where: `${text.where(['models', index])}: models.${index}`,
  }));
}

function mapping(text: ConfigText, path: ConfigPath, data: unknown): Record<string, unknown> {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    const what = path.length === 0 ? 'the file' : path.join('.');
    throw usageError(`${text.where(path)}: ${what} is no mapping; write key: value, a line each`);
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
