import { about } from '../../options/message.ts';
import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { environmentError, usageError } from '../../records/error.ts';
import { pythonSource } from './home.ts';
import { pythonOptions } from './options.ts';
import type { SampleUser } from '../common/users.ts';

/** Oldest Python whose syntax and library the samples may use. */
const OLDEST = [3, 10] as const;

/** What is looked for on the path, in this order, folder by folder. */
const NAMES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];

/** Where a system keeps its own, should the path not name it. */
const SYSTEM_FOLDERS = ['/usr/bin', '/usr/local/bin'];

/** S_IXOTH. */
const OTHERS_MAY_PASS = 0o1;

const START_TIMEOUT_MS = 20_000;

/** Asked with `site`, which knows of virtual environments; everything later runs without it. */
const QUESTION =
  'import json, os, sys; print(json.dumps([os.path.realpath(sys.executable), [p for p in sys.path if p.endswith("-packages")], sys.base_prefix]))';

/** The program with its links resolved (a virtual environment's leads to another), folders, home. */
const answerSchema = z.tuple([z.string().min(1), z.array(z.string()), z.string()]);

const interpreterSchema = z.object({
  /** The program itself, with links resolved; `python3` may be a shim script. */
  executable: z.string().min(1),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  modulePath: z.array(z.string()),
  readable: z.array(z.string()),
  listable: z.array(z.string()),
  roots: z.array(z.string()),
  masked: z.array(z.string()),
  packageFolders: z.array(z.string()),
  packages: z.array(z.string()),
  missingPackages: z.array(z.string()),
});

/** A Python that runs samples, and what they need of the file system for it. */
export type Interpreter = z.infer<typeof interpreterSchema>;

export interface FindInterpreterOptions {
  /** A program to use instead of looking for one. */
  readonly python: string | undefined;
  /** Packages that completions may import. */
  readonly packages: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** The user that samples run as. */
  readonly user: SampleUser | undefined;
}

/**
 * Finds the Python that runs the samples: `python`, or the first on the path that is 3.10 or newer
 * and that the samples' user can read. Throws `EvalkitError` if there is none, or if a package is
 * not installed for it.
 */
export async function findInterpreter(options: FindInterpreterOptions): Promise<Interpreter> {
  if (options.python !== undefined) {
    const found = await describe(options.python, options);
    if ('reason' in found) {
      const { reason, remedy = 'name an interpreter, 3.10 or newer' } = found;
      throw usageError(about`${pythonOptions.python} ${options.python} ${reason}; ${remedy}`);
    }
    return withPackages(found);
  }
  const reasons: string[] = [];
  const remedies: string[] = [];
  for (const program of await programsOnPath(options.env)) {
    const found = await describe(program, options);
    if (!('reason' in found)) {
      return withPackages(found);
    }
    reasons.push(`${program} ${found.reason}`);
    remedies.push(...(found.remedy === undefined ? [] : [found.remedy]));
  }
  const why = reasons.length === 0 ? 'no python3 is on the path' : reasons.join('; ');
  throw environmentError(
    `no Python for the samples: ${why}; ${remedies[0] ?? 'install Python 3.10 or newer, or name one with --python'}`,
  );
}

function withPackages(interpreter: Interpreter): Interpreter {
  const [missing] = interpreter.missingPackages;
  if (missing !== undefined) {
    throw usageError(
      `the package ${missing} is not installed for ${interpreter.executable}; install it there, or name another Python with --python`,
    );
  }
  return interpreter;
}

async function programsOnPath(env: NodeJS.ProcessEnv): Promise<string[]> {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const places = new Set([...folders, ...SYSTEM_FOLDERS]);
  const programs = [...places].flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const present = await Promise.all(programs.map(isExecutable));
  return programs.filter((_, index) => present[index]);
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false; // absent, or no program
  }
}

/** Why a program cannot run samples. */
interface Unusable {
  readonly reason: string;
  /** What helps, where it is not another interpreter. */
  readonly remedy?: string;
}

/** The interpreter behind a program, or what is wrong with it. */
async function describe(
  program: string,
  options: FindInterpreterOptions,
): Promise<Interpreter | Unusable> {
  const [executable, folders, home = '/'] = (await ask(program, options.env)) ?? [];
  if (executable === undefined) {
    return { reason: 'does not start a Python' };
  }
  const wanted = [JSON.stringify(folders), ...options.packages];
  const told = await execa(executable, ['-s', '-S', '-B', '-', ...wanted], {
    input: await pythonSource('interpreter.py'),
    env: {},
    extendEnv: false,
    cwd: '/',
    reject: false,
    timeout: START_TIMEOUT_MS,
    ...(options.user === undefined
      ? {}
      : { uid: options.user.candidate, gid: options.user.candidate }),
  });
  if (told.code === 'EINVAL' || told.code === 'EPERM') {
    throw environmentError(
      `samples never run as root, and this root may not become user ${options.user?.candidate} (${told.code}): start evalkit as an ordinary user`,
    );
  }
  if (told.failed) {
    const closed = options.user && (await closedFolder([executable, home]));
    if (closed !== undefined) {
      return {
        reason: `(${executable}) lies in ${closed}, which the user that samples run as may not enter`,
        remedy: `install a Python elsewhere (as apt install python3), or let others pass with chmod o+x ${closed}`,
      };
    }
    return {
      reason: `(${executable}) cannot be used by the samples' user: ${lastLine(told.stderr) || lastLine(told.shortMessage ?? '')}`,
    };
  }
  const interpreter = interpreterSchema.parse(JSON.parse(told.stdout));
  return isOldEnough(interpreter.version)
    ? interpreter
    : { reason: `is Python ${interpreter.version}` };
}

/** The first folder on the way to one of the paths that only its owner may pass through. */
async function closedFolder(paths: readonly string[]): Promise<string | undefined> {
  const folders = paths.flatMap((path) =>
    path.split('/').map((_, index, parts) => parts.slice(0, index).join('/') || '/'),
  );
  for (const folder of folders) {
    const found = await stat(folder).catch(() => undefined);
    if (found !== undefined && (found.mode & OTHERS_MAY_PASS) === 0) {
      return folder;
    }
  }
  return undefined;
}

/** The interpreter's own path, and the folders of its packages. */
async function ask(
  program: string,
  env: NodeJS.ProcessEnv,
): Promise<z.infer<typeof answerSchema> | undefined> {
  const asked = await execa(program, ['-I', '-c', QUESTION], {
    env: pathOnly(env),
    extendEnv: false,
    reject: false,
    timeout: START_TIMEOUT_MS,
  });
  try {
    return answerSchema.parse(JSON.parse(asked.stdout ?? ''));
  } catch {
    return undefined; // something else answers to that name
  }
}

/** A shim finds its versions by these; PYTHONPATH and its like stay out. */
function pathOnly(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', 'PYENV_ROOT', 'PYENV_VERSION', 'ASDF_DIR', 'ASDF_DATA_DIR'];
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

function isOldEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
