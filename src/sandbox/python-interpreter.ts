import { execa } from 'execa';
import { z } from 'zod';
import { environmentError, usageError } from '../records/error.ts';

/** Oldest Python whose syntax and library the samples may use. */
const OLDEST = [3, 10] as const;

const answerSchema = z.object({
  executable: z.string().min(1),
  version: z.tuple([z.int(), z.int(), z.int()]),
});

const QUESTION =
  'import json, sys; print(json.dumps({"executable": sys.executable, "version": sys.version_info[:3]}))';

/** A Python that runs the samples. */
export interface PythonInterpreter {
  /** The interpreter itself; `python3` may be a shim script. */
  readonly executable: string;
  /** As `3.11.7`. */
  readonly version: string;
}

/**
 * Finds the Python that runs the samples: `override`, or `python3` on the path. Throws
 * `EvalkitError` if there is none or it is older than 3.10.
 */
export async function findPython(
  override: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<PythonInterpreter> {
  const command = override ?? 'python3';
  const answer = await ask(command, env);
  if (answer === undefined) {
    throw override === undefined
      ? environmentError(
          'no Python: python3 is not on the path; install Python 3.10 or newer, or name one with --python',
        )
      : usageError(
          `--python ${override} does not start a Python; name an interpreter, 3.10 or newer`,
        );
  }
  const version = answer.version.join('.');
  const [major, minor] = answer.version;
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    throw environmentError(
      `${command} is Python ${version}; the tests need 3.10 or newer: name one with --python`,
    );
  }
  return { executable: answer.executable, version };
}

async function ask(
  command: string,
  env: NodeJS.ProcessEnv,
): Promise<z.infer<typeof answerSchema> | undefined> {
  const result = await execa(command, ['-c', QUESTION], {
    env,
    extendEnv: false,
    reject: false,
    timeout: 20_000,
  });
  if (result.failed) {
    return undefined;
  }
  try {
    return answerSchema.parse(JSON.parse(result.stdout));
  } catch {
    // Something else answers to that name.
    return undefined;
  }
}
