import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { diskFullError } from '../files/disk-error.ts';
import { environmentError } from '../records/error.ts';
import { failureOf } from '../records/system-error.ts';
import { lastPipWord } from './pip-words.ts';
import type { EnvironmentSettings } from './settings.ts';

/** pip in an environment. */
export interface Pip extends Pick<EnvironmentSettings, 'env' | 'signal'> {
  /** The interpreter whose pip it is. */
  readonly python: string;
  /** An existing folder for what pip downloads and unpacks. */
  readonly temporary: string;
}

/**
 * Runs pip until it ends or until its standard input does: so it ends with evalkit, even where that is
 * killed, and no pip writes into a folder that a later install cleans.
 */
const RUN_PIP = `import os, runpy, sys, threading
def watch():
    while os.read(0, 1):
        pass
    os._exit(130)
threading.Thread(target=watch, daemon=True).start()
sys.argv[0] = "pip"
runpy.run_module("pip", run_name="__main__", alter_sys=True)`;

const QUIET = ['--no-input', '--disable-pip-version-check', '--retries', '2'];

/** What a pip that ended left behind. */
interface Ended {
  readonly isFailed: boolean;
  readonly log: string;
  readonly reason: string | undefined;
}

/** What is installed, for whoever waits. */
export interface Installing {
  /** `torch`, for messages. */
  readonly name: string;
  /** A file for `--requirement`. */
  readonly requirements: string;
  /** How they are installed: as wheels, or built. */
  readonly words: readonly string[];
  /** Takes how many packages pip has got so far. */
  readonly onCollected: (count: number) => void;
}

/** Installs locked requirements. Throws an environment error with pip's reason in one line. */
export async function pipInstall(pip: Pip, installing: Installing): Promise<void> {
  let collected = 0;
  const { name, requirements, words, onCollected } = installing;
  const ended = await runPip(
    pip,
    ['install', '--no-deps', '--require-hashes', ...words, ...QUIET, '--requirement', requirements],
    (line) => {
      if (/^(?:Collecting|Processing) /.test(line)) {
        collected += 1;
        onCollected(collected);
      }
    },
  );
  if (ended.isFailed) {
    throw installError(name, ended, pip);
  }
}

/** Whether pip, as the user has set it up, reaches a release of a package. */
export async function reaches(pip: Pip, name: string, version: string): Promise<boolean> {
  const lines: string[] = [];
  const words = ['index', 'versions', name, '--only-binary', ':all:', ...QUIET];
  await runPip(pip, words, (line) => lines.push(line));
  return lines.some((line) => line.split(/[\s,()]+/).includes(version));
}

async function runPip(
  { python, temporary, env, signal }: Pip,
  words: readonly string[],
  onLine: (line: string) => void,
): Promise<Ended> {
  const child = execa(python, ['-c', RUN_PIP, ...words], {
    // A flag of the user's own would install elsewhere, and torch's build needs no isolation.
    env: { ...env, TMPDIR: temporary, PIP_USER: '0', PIP_TARGET: '', PIP_PREFIX: '' },
    extendEnv: false,
    stdin: 'pipe',
    reject: false,
    cancelSignal: signal,
    buffer: { stdout: false, stderr: true },
  });
  const reading = createInterface({ input: child.stdout });
  reading.on('line', onLine);
  const result = await child;
  signal.throwIfAborted();
  return {
    isFailed: result.failed,
    log: result.stderr,
    reason: lastPipWord(result.stderr) ?? failureOf(result),
  };
}

function installError(name: string, { log, reason }: Ended, { temporary }: Pip): Error {
  if (log.includes('No space left on device')) {
    return diskFullError(temporary);
  }
  const other =
    /^ +(?<what>\S+) from [^\n]*:\n +Expected sha256 (?<expected>\w+)[\s\S]*?Got +(?<got>\w+)/m.exec(
      log,
    )?.groups;
  if (other !== undefined) {
    return environmentError(
      `${name}: the package index has another file of ${other['what']} than evalkit knows (sha256 ${other['got']}); nothing of it was installed; see which index pip uses with pip config list`,
    );
  }
  const unanswered = /connection broken by '(?<why>[^\n]*)'/.exec(log)?.groups?.['why'];
  if (unanswered !== undefined) {
    return environmentError(
      `${name}: the package index does not answer (${unanswered.slice(0, 120)}); run the same command again when it does`,
    );
  }
  const missing = /No matching distribution found for (?<what>\S+)/.exec(log)?.groups?.['what'];
  if (missing !== undefined) {
    return environmentError(
      `${name}: the package index has no ${missing} for this system and Python; name another Python with --python, or another index in pip's own settings`,
    );
  }
  return environmentError(`${name}: pip failed: ${reason ?? 'it says nothing'}`);
}
