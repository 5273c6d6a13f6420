import { lstat, readlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import type { SandboxLevel } from '../grader.ts';
import { PROCESSES } from './sources.ts';

/**
 * What can stand between a sample and the machine. `isolates`: those of V8, without a compiler that
 * writes machine code; `user`: another user than root, where we are root; `bubblewrap`: namespaces.
 */
export type Mechanism =
  | 'isolates'
  | 'limits'
  | 'user'
  | 'no-new-privileges'
  | 'seccomp'
  | 'bubblewrap';

const WALLS = ['isolates', 'limits', 'user', 'no-new-privileges', 'seccomp'] as const;

/** The mechanisms that a level is made with on Linux. Whether they hold is for the probes to say. */
export const MECHANISMS: Readonly<Record<SandboxLevel, readonly Mechanism[]>> = {
  L1: ['isolates', 'limits'],
  L2: WALLS,
  L3: [...WALLS, 'bubblewrap'],
};

/** Packages of which no library tells that they are loaded. */
const PACKAGES = ['isolated-vm', 'node-gyp-build', 'koffi'];

/** No other process, no network, no rights; what every program wants of the system; and go. */
const OWN_WORLD = [
  '--clearenv',
  '--unshare-all',
  '--die-with-parent',
  '--new-session',
  '--cap-drop',
  'ALL',
];
const BEGINNING = ['--proc', '/proc', '--dev', '/dev', '--chdir', '/', '--'];

/** Where the loader of programs looks, as directories or as links to such. */
const SYSTEM_FOLDERS = ['/lib', '/lib64', '/lib32', '/usr/lib64', '/usr/lib32'];

/**
 * The arguments by which bubblewrap gives a world of its own: no other process, no network, what
 * these files need of the file system and nothing else.
 */
export async function bubblewrapArguments(files: readonly string[]): Promise<string[]> {
  const [program = '', ...loaded] = files;
  const libraries = loaded.filter((path) => !path.includes(`${sep}node_modules${sep}`));
  const roots = new Set([
    program,
    ...libraries.map(dirname),
    ...loaded.flatMap((path) => packageFolder(path) ?? []),
    ...ownFolders(),
  ]);
  return [
    ...OWN_WORLD,
    ...(await Promise.all(SYSTEM_FOLDERS.map(systemFolder))).flat(),
    ...[...roots].flatMap((root) => ['--ro-bind', root, root]),
    ...BEGINNING,
  ];
}

/** Our own processes, what they import, and the file that says that they are modules. */
function ownFolders(): string[] {
  const require = createRequire(join(PROCESSES, 'javascript-child.js'));
  const fromPackage = createRequire(require.resolve('isolated-vm'));
  return [
    PROCESSES,
    join(PROCESSES, '../../../../package.json'),
    ...PACKAGES.flatMap((name) => packageFolder(fromPackage.resolve(name)) ?? []),
  ];
}

/** The folder of the package that a file belongs to. */
function packageFolder(path: string): string | undefined {
  const parts = path.split(sep);
  const at = parts.lastIndexOf('node_modules') + 1;
  const length = parts[at]?.startsWith('@') === true ? 2 : 1;
  return at === 0 ? undefined : parts.slice(0, at + length).join(sep);
}

async function systemFolder(path: string): Promise<string[]> {
  const entry = await lstat(path).catch(() => undefined);
  if (entry === undefined) {
    return [];
  }
  return entry.isSymbolicLink()
    ? ['--symlink', await readlink(path), path]
    : ['--ro-bind', path, path];
}
