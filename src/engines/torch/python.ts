import { execa } from 'execa';
import { z } from 'zod';
import { environmentError, usageError } from '../../records/error.ts';

/** A Python that runs the worker, and what is installed in it. */
export interface Interpreter {
  readonly path: string;
  /** By package, as `torch` and `transformers`. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Packages whose versions may change what is computed; those that are not there are left out. */
const PACKAGES = [
  'torch',
  'transformers',
  'tokenizers',
  'safetensors',
  'bitsandbytes',
  'torchao',
  'gptqmodel',
  'optimum',
  'optimum-intel',
  'openvino',
  'nncf',
  'flash-attn',
];

/** Asks the files of the packages: importing torch takes seconds. */
const ASK = `
import importlib.metadata, json, sys
found = {"python": sys.version.split()[0]}
for name in ${JSON.stringify(PACKAGES)}:
    try:
        found[name] = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        pass
print(json.dumps(found))
`;

/** A cold disk may take its time, a Python does not. */
const TIMEOUT_MS = 60_000;

const versionsSchema = z.record(z.string(), z.string());

/**
 * Asks a Python what is installed in it. `named`: what the user wrote, with its flag. Throws a usage
 * error for what is no Python, an environment error for one without torch or transformers.
 */
export async function askPython(
  path: string,
  named: string,
  env: NodeJS.ProcessEnv,
): Promise<Interpreter> {
  const result = await execa(path, ['-I', '-B', '-c', ASK], {
    env,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: TIMEOUT_MS,
  });
  if (result.failed) {
    const [why = ''] = (result.stderr || (result.shortMessage ?? '')).trim().split('\n').slice(-1);
    throw usageError(`${named} does not run as a Python: ${why}; name an interpreter`, result);
  }
  const versions = parse(result.stdout, named);
  const missing = ['torch', 'transformers'].find((name) => versions[name] === undefined);
  if (missing !== undefined) {
    throw environmentError(
      `${named} has no ${missing}; name a Python that has it, or run evalkit engine install torch`,
    );
  }
  return { path, versions };
}

function parse(text: string, named: string): Record<string, string> {
  try {
    return versionsSchema.parse(JSON.parse(text));
  } catch (error) {
    throw usageError(`${named} does not answer as a Python does; name an interpreter`, error);
  }
}
