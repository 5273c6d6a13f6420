import { realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { folderRefusal, nearestAbove } from '../files/make-folder.ts';
import { fileIdentity } from '../files/output-place.ts';
import { tryOutput } from '../files/write-output.ts';
import { about } from '../options/message.ts';
import type { Option, OptionSet } from '../options/option.ts';
import type { Typed } from '../options/parse.ts';
import { type OptionMessage, usageError } from '../records/error.ts';
import { recordFiles } from '../store/kinds.ts';
import { HEADER_FILE, hasRun } from '../store/read-folder.ts';
import type { Host } from './host.ts';

/** What a command writes to, and what it reads. */
export interface Places {
  readonly options: OptionSet;
  /** The options' values, checked. */
  readonly given: Typed;
  /** The config file, and the options that it has set. */
  readonly config?: { readonly path: string; readonly names: ReadonlySet<string> } | undefined;
}

/**
 * Looks at everything that a command is told to write, before anything is fetched or spent. Throws a
 * usage error for what cannot be written, for what would destroy a file that the command reads or
 * the records of a run, and for what a config file names outside of its folder.
 */
export async function checkPlaces(
  { options, given, config }: Places,
  host: Pick<Host, 'cwd' | 'env'>,
): Promise<void> {
  const taken = await inputsOf({ options, given, config }, host);
  const folders = foldersOf({ options, given }, host);
  for (const option of Object.values(options)) {
    const text = given[option.name];
    if (option.writes === undefined || typeof text !== 'string') {
      continue;
    }
    const path = resolve(host.cwd, text);
    const named = about`${option} ${text}`;
    if (config?.names.has(option.name) === true) {
      await refuseOutside(path, dirname(config.path), named);
    }
    if (option.writes === 'folder') {
      const reason = await folderRefusal(path);
      if (reason !== undefined) {
        throw usageError(about`${named}: ${path} ${reason}; name another folder`);
      }
    } else {
      if (/[/\\]$/.test(text)) {
        throw usageError(about`${named} is the name of a folder; name a file`);
      }
      refuseFolder(path, { named, folders });
      await checkFile(path, { option, named, taken });
    }
  }
}

type Folders = readonly { readonly path: string; readonly whose: OptionMessage }[];

function foldersOf({ options, given }: Places, { cwd }: Pick<Host, 'cwd'>): Folders {
  return Object.values(options).flatMap((option) => {
    const text = given[option.name];
    return option.writes === 'folder' && typeof text === 'string'
      ? [{ path: resolve(cwd, text), whose: about`${option} writes` }]
      : [];
  });
}

/** A folder that is not there yet is made before the file that has its name, or one above it. */
function refuseFolder(
  path: string,
  { named, folders }: { readonly named: OptionMessage; readonly folders: Folders },
): void {
  const found = folders.find((folder) => folder.path === path || isBeneath(folder.path, path));
  if (found !== undefined) {
    throw usageError(
      about`${named}: this is where the folder goes that ${found.whose}; name another`,
    );
  }
}

/** By identity, or by path where there is no file yet: whose a file is. */
type Taken = Map<string, OptionMessage>;

async function inputsOf(
  { options, given, config }: Places,
  { cwd, env }: Pick<Host, 'cwd' | 'env'>,
): Promise<Taken> {
  const taken: Taken = new Map();
  const add = async (path: unknown, whose: OptionMessage): Promise<void> => {
    const identity = typeof path === 'string' ? await fileIdentity(resolve(cwd, path)) : undefined;
    if (identity !== undefined) {
      taken.set(identity, whose);
    }
  };
  for (const option of Object.values(options).filter(({ reads }) => reads === true)) {
    for (const path of [given[option.name]].flat()) {
      await add(path, about`${option} reads`);
    }
  }
  await add(config?.path, about`holds the settings`);
  for (const variable of ['EVALKIT_DATA', 'EVALKIT_PPL_DATA']) {
    await add(env[variable], about`${variable} names`);
  }
  return taken;
}

async function checkFile(
  path: string,
  {
    option,
    named,
    taken,
  }: { readonly option: Option; readonly named: OptionMessage; readonly taken: Taken },
): Promise<void> {
  const place = await tryOutput(path);
  if (place.kind === 'none') {
    throw usageError(about`${named}: ${path} ${place.reason}; name another file`);
  }
  if (place.kind !== 'file') {
    return;
  }
  const key = place.found?.identity ?? place.path;
  const whose = taken.get(key);
  if (whose !== undefined) {
    throw usageError(about`${named}: this is the file that ${whose}; name another`);
  }
  taken.set(key, about`${option} writes`);
  if (isRecord(place.path)) {
    throw usageError(about`${named}: this is a record of the run there; name another file`);
  }
}

function isRecord(path: string): boolean {
  const folder = dirname(path);
  return [HEADER_FILE, ...recordFiles()].includes(basename(path)) && hasRun(folder);
}

/**
 * A config file comes along with the code that is measured: what it names must not reach the files
 * of whoever runs evalkit there.
 */
async function refuseOutside(path: string, folder: string, named: OptionMessage): Promise<void> {
  const above = await nearestAbove(path).catch(() => path);
  const real = await realpath(above).catch(() => undefined);
  const end = real === undefined ? path : join(real, relative(above, path));
  if (real === undefined || !isBeneath(end, await realpath(folder))) {
    throw usageError(
      about`${named} leads out of the folder of the config file, ${folder}; a config file names only what lies beneath it: give the flag on the command line`,
    );
  }
  if (end.split(sep).includes('.git')) {
    throw usageError(
      about`${named} leads into .git, where files are run and obeyed; give the flag on the command line`,
    );
  }
}

function isBeneath(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
