import { execa } from 'execa';
import { z } from 'zod';
import { environmentError } from '../records/error.ts';
import { failureOf } from '../records/system-error.ts';
import type { EnvironmentSettings } from './settings.ts';

/** The minor versions of Python 3 that the locked packages have wheels for. */
const OLDEST_MINOR = 11;
const NEWEST_MINOR = 14;
const PYTHONS = `Python 3.${OLDEST_MINOR} to 3.${NEWEST_MINOR}`;

const LOOK = `import importlib.util, json, sys
print(json.dumps({"version": list(sys.version_info[:3]),
  "missing": [m for m in ("venv", "ensurepip") if importlib.util.find_spec(m) is None]}))`;

const lookSchema = z.object({
  version: z.tuple([z.int(), z.int(), z.int()]),
  missing: z.array(z.string()),
});

/** Throws an environment error for an interpreter that cannot make our environments. */
export async function checkPython(
  python: string,
  { env, signal }: Pick<EnvironmentSettings, 'env' | 'signal'>,
): Promise<void> {
  const { version, missing } = await look(python, { env, signal });
  const [major, minor] = version;
  const words = `${python} is Python ${version.join('.')}`;
  if (major !== 3 || minor < OLDEST_MINOR || minor > NEWEST_MINOR) {
    throw environmentError(`${words}, and ${PYTHONS} is needed; name one with --python`);
  }
  if (missing.length > 0) {
    throw environmentError(
      `${words} without the module ${missing.join(' and ')}, which makes environments; install it (on Debian and Ubuntu: apt-get install python3-venv), or name another Python with --python`,
    );
  }
}

async function look(
  python: string,
  { env, signal }: Pick<EnvironmentSettings, 'env' | 'signal'>,
): Promise<z.infer<typeof lookSchema>> {
  const result = await execa(python, ['-I', '-c', LOOK], {
    env,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    cancelSignal: signal,
  });
  signal.throwIfAborted();
  if (result.failed) {
    const reason = result.stderr?.trim().split('\n').at(-1) || failureOf(result);
    const words =
      result.code === 'ENOENT'
        ? `there is no Python called ${python} here`
        : `${python} does not run as a Python (${reason ?? 'it says nothing'})`;
    throw environmentError(`${words}; install ${PYTHONS}, or name one with --python`);
  }
  return lookSchema.parse(JSON.parse(result.stdout));
}
