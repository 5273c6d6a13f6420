import { execa } from 'execa';
import { z } from 'zod';
import { failureOf } from '../records/system-error.ts';

const LOOK = `import importlib.metadata, json, platform, sys
found = {}
for name in sys.argv[1:]:
    try:
        found[name] = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        pass
print(json.dumps({"python": platform.python_version(), "packages": found}))`;

const installedSchema = z.object({
  python: z.string(),
  packages: z.record(z.string(), z.string()),
});

/** An interpreter's version, and those of the packages that it has of the ones asked for. */
export type Installed = z.infer<typeof installedSchema>;

/** What asking needs. */
export interface Asking {
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

/** Asks an interpreter what it has; a text: why it cannot be asked. Imports none of the packages. */
export async function installedIn(
  python: string,
  names: readonly string[],
  { env, signal }: Asking,
): Promise<Installed | string> {
  const result = await execa(python, ['-c', LOOK, ...names], {
    env,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  if (result.failed) {
    return result.stderr?.trim().split('\n').at(-1) || failureOf(result) || 'it says nothing';
  }
  return installedSchema.parse(JSON.parse(result.stdout));
}
