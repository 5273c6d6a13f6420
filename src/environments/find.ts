import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { usageError } from '../records/error.ts';
import { ENVIRONMENTS, type EnvironmentName } from './environments.ts';
import { environmentFolder, interpreterIn, readMarker } from './marker.ts';
import { type Asking, installedIn } from './versions.ts';

/** Names the interpreter where no option does. */
export const ENGINE_PYTHON_VARIABLE = 'EVALKIT_ENGINE_PYTHON';

/** Packages that compute where they are there, and are in no environment of ours. */
const EXTRA = ['flash-attn'];

/** An environment that can be used. */
export interface FoundEnvironment {
  readonly name: EnvironmentName;
  /** Absolute path of its interpreter. */
  readonly python: string;
  readonly pythonVersion: string;
  /** The versions of the packages that it is for. */
  readonly packages: Readonly<Record<string, string>>;
  /** `installed`: by evalkit, as locked; `own`: the user's. */
  readonly kind: 'installed' | 'own';
}

/** Where to look. */
export interface Search extends Asking {
  /** Of `--engine-python`; absent: the variable's, or the installed environment. */
  readonly enginePython?: string | undefined;
  /** The user's relative path starts from it. */
  readonly cwd: string;
}

/** An environment, or why there is none and what to do about it. */
export type Lookup =
  | { readonly kind: 'found'; readonly found: FoundEnvironment }
  | { readonly kind: 'missing'; readonly reason: string };

/** The environment of a name. Throws a usage error that says how to get it where it is missing. */
export async function findEnvironment(
  name: EnvironmentName,
  search: Search,
): Promise<FoundEnvironment> {
  const lookup = await lookUpEnvironment(name, search);
  if (lookup.kind === 'missing') {
    throw usageError(lookup.reason);
  }
  return lookup.found;
}

/** Looks for the user's own interpreter, or else for the installed environment. */
export async function lookUpEnvironment(name: EnvironmentName, search: Search): Promise<Lookup> {
  const option = search.enginePython;
  const own = option ?? (search.env[ENGINE_PYTHON_VARIABLE] || undefined);
  if (own !== undefined) {
    const whose = option === undefined ? ENGINE_PYTHON_VARIABLE : '--engine-python';
    return lookAtOwn(name, { path: own, whose }, search);
  }
  const folder = environmentFolder(name, search.env);
  const marker = await readMarker(folder);
  const python = interpreterIn(folder);
  if (marker === undefined) {
    return missing(`the Python environment ${name} is not installed; ${installCommand(name)}`);
  }
  // The Python that it was made with may be gone.
  if (
    !(await access(python).then(
      () => true,
      () => false,
    ))
  ) {
    return missing(
      `the Python of the environment ${name} is gone (${python}); ${installCommand(name)}`,
    );
  }
  const { python: pythonVersion, packages } = marker;
  return { kind: 'found', found: { name, python, pythonVersion, packages, kind: 'installed' } };
}

/** The command that makes an environment, as a half sentence. */
export function installCommand(name: EnvironmentName): string {
  return `evalkit engine install ${name} makes it`;
}

/** The packages that an environment is for, by name with the version that evalkit pins. */
export function pinsOf(name: EnvironmentName): Map<string, string> {
  return new Map(
    ENVIRONMENTS[name].packages.map((pin): [string, string] => {
      const [of = '', version = ''] = pin.split('==');
      return [of, version];
    }),
  );
}

async function lookAtOwn(
  name: EnvironmentName,
  { path, whose }: { readonly path: string; readonly whose: string },
  search: Search,
): Promise<Lookup> {
  // A bare word is looked for in the user's PATH.
  const python = /[/\\]/.test(path) ? resolve(search.cwd, path) : path;
  const pins = pinsOf(name);
  const installed = await installedIn(python, [...pins.keys(), ...EXTRA], search);
  if (typeof installed === 'string') {
    return missing(`${whose} ${path} does not run: ${installed}`);
  }
  const { optional = [] } = ENVIRONMENTS[name];
  const lacking = [...pins].filter(
    ([one]) => !(one in installed.packages) && !optional.includes(one),
  );
  if (lacking.length > 0) {
    const wanted = lacking.map(([one, version]) => `${one}==${version}`).join(' ');
    return missing(
      `${whose} ${path} has not all that ${name} needs: ${path} -m pip install ${wanted}, or without it ${installCommand(name)}`,
    );
  }
  const { python: pythonVersion, packages } = installed;
  return { kind: 'found', found: { name, python, pythonVersion, packages, kind: 'own' } };
}

function missing(reason: string): Lookup {
  return { kind: 'missing', reason };
}
