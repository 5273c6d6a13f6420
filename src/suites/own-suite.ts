import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { z } from 'zod';
import { about } from '../options/message.ts';
import { parseYaml, type YamlText } from '../options/yaml.ts';
import { usageError } from '../records/error.ts';
import { sha256Bytes } from '../records/hash.ts';
import { shortened } from '../records/visible-text.ts';
import { nearestNames } from '../models/nearest-names.ts';
import type { Task } from '../records/task.ts';
import { taskOptions } from './options.ts';
import type { SuiteRules } from './suite.ts';
import { type Definition, DEFINITION_KEYS, definitionSchema } from './own/definition.ts';
import { knownCompletionsIn, LANGUAGES, suiteIn } from './own/languages.ts';

/** In a folder that is named as a suite. */
const FILE = 'suite.yaml';

/** A suite that a user describes, with its tasks. */
export interface OwnSuite {
  readonly suite: SuiteRules;
  /** Of the tasks' file. */
  readonly sha256: string;
  readonly tasks: readonly Task[];
}

/** Whether the text of `--suite` is a path and not a name. */
export function isSuitePath(name: string): boolean {
  return /[/\\]|\.ya?ml$|\.json$/.test(name);
}

/**
 * Reads a suite that a user describes: a YAML file, or a folder with a `suite.yaml`. Throws a usage
 * error that names file, line and key for what is wrong in it, or the line of the tasks.
 */
export async function readOwnSuite(path: string, cwd: string): Promise<OwnSuite> {
  const file = await fileOf(path, cwd);
  const shown = file === resolve(cwd, path) ? path : join(path, FILE);
  const { data, where } = parseYaml(await read(file, shown), shown);
  const parsed = definitionSchema.safeParse(data);
  if (!parsed.success) {
    throw usageError(problemIn(parsed.error, { data, where }));
  }
  const tasksPath = join(dirname(file), parsed.data.tasks);
  const bytes = await readTasks(tasksPath, `${where(['tasks'])}: tasks ${parsed.data.tasks}`);
  const suite = rulesOf(parsed.data);
  const tasks = suite.parse(bytes, basename(tasksPath));
  if (tasks.length === 0) {
    throw usageError(`${basename(tasksPath)} holds no tasks; each line is a task`);
  }
  return { suite, sha256: sha256Bytes(bytes), tasks };
}

/** The first problem with its place, as `suite.yaml:3: limits.timeout must be a number of seconds, and 0 is given`. */
function problemIn({ issues }: z.ZodError, { data, where }: YamlText): string {
  const [issue] = issues;
  const path = issue?.path.filter((step) => typeof step !== 'symbol') ?? [];
  if (issue?.code === 'unrecognized_keys') {
    const key = [...path, ...issue.keys.slice(0, 1)];
    const [nearest] = nearestNames(key.join('.'), DEFINITION_KEYS);
    return `${where(key)}: the key ${key.join('.')} is not known; nearest: ${nearest} (docs/suites.md has the keys)`;
  }
  return `${where(path)}: ${path.length === 0 ? 'the file' : path.join('.')} ${issue?.message}${givenAt(data, path)}`;
}

/** What stands there, for the end of a message; nothing for lists and mappings. */
function givenAt(data: unknown, path: readonly (string | number)[]): string {
  const value = path.reduce<unknown>(
    (at, step) =>
      typeof at === 'object' && at !== null
        ? new Map(Object.entries(at)).get(String(step))
        : undefined,
    data,
  );
  if (value === undefined) {
    return path.length === 0 ? '' : ', and nothing is given';
  }
  return typeof value === 'object' ? '' : `, and ${shortened(JSON.stringify(value), 60)} is given`;
}

async function fileOf(path: string, cwd: string): Promise<string> {
  const full = resolve(cwd, path);
  const found = await stat(full).catch(() => undefined);
  return found?.isDirectory() === true ? join(full, FILE) : full;
}

async function read(file: string, shown: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw usageError(
      about`${taskOptions.suite} ${shown} cannot be read; name a YAML file, or a folder with a ${FILE}`,
      error,
    );
  }
}

async function readTasks(file: string, where: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw usageError(`${where} cannot be read; name a file of JSON lines`, error);
  }
}

function rulesOf(definition: Definition): SuiteRules {
  const { name, title = name, version, language, form, comparison = 'close', limits } = definition;
  const { prompts, extraction } = suiteIn(language);
  const { raw = {}, chat = {} } = definition.prompts ?? {};
  const { instruction } = chat;
  return {
    language,
    extraction,
    name,
    title,
    version,
    parse: (bytes, file) => LANGUAGES[language].forms[form]?.(bytes, file, { comparison }) ?? [],
    prompts: {
      raw: {
        stops: raw.stops ?? prompts.raw.stops,
        maxTokens: raw.maxTokens ?? prompts.raw.maxTokens,
      },
      chat: {
        ...prompts.chat,
        ...(instruction === undefined ? {} : { instruction, wording: `${name}-${version}` }),
        maxTokens: chat.maxTokens ?? prompts.chat.maxTokens,
      },
    },
    ...(limits === undefined ? {} : { limits }),
    ...(form === 'inputs' ? { parts: ['base', 'plus'] } : {}),
    knownCompletions: knownCompletionsIn(language),
  };
}
