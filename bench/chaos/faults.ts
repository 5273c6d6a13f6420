import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { KINDS } from '../../src/store/kinds.ts';
import { descendantsOf, kill } from './processes.ts';
import type { Random } from './random.ts';
import type { Setting } from './settings.ts';

const BIN = fileURLToPath(new URL('../../bin/evalkit.js', import.meta.url));
const CLOCK = new URL('./clock-back.ts', import.meta.url).href;

/** In what a fault happens. */
export interface Scene {
  readonly random: Random;
  readonly setting: Setting;
  readonly cwd: string;
  /** The run's, as `--out` names it. */
  readonly folder: string;
  /** Kills the model's server, and starts it again. */
  readonly restartServer: () => Promise<void>;
}

/** How a command ended. */
export interface Ended {
  readonly exitCode: number | undefined;
  readonly stderr: string;
}

/** What goes wrong in one round; what the disturbed commands came to. */
export type Fault = (scene: Scene) => Promise<readonly Ended[]>;

/** Everything that a round may do, by name. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  'command killed': (scene) => killing(scene, (pid) => kill(pid)),
  'child killed': (scene) =>
    killing(scene, (pid) => {
      const children = descendantsOf(pid);
      const [first, ...others] = children;
      if (first !== undefined) {
        kill(scene.random.oneOf([first, ...others]));
      }
    }),
  'server killed': (scene) => killing(scene, scene.restartServer),
  'torn line': async (scene) => {
    const ended = [await run(scene)];
    const path = recordsOf(scene);
    const { size } = statSync(path);
    truncateSync(path, Math.max(0, size - scene.random.between(1, Math.min(size, 200))));
    return ended;
  },
  'garbled line': async (scene) => {
    const ended = [await run(scene)];
    return [...ended, ...(await garble(scene))];
  },
  'full disk': async (scene) => {
    const kibibytes = scene.random.between(1, 12);
    return [
      await run(scene, { before: ['bash', '-c', `ulimit -f ${kibibytes}; exec "$@"`, 'bash'] }),
    ];
  },
  'read-only folder': async (scene) => {
    const ended = await killing(scene, (pid) => kill(pid));
    // Root writes where it likes: it does without that right for this command.
    const isRoot = process.getuid?.() === 0;
    const plain = ['setpriv', '--bounding-set', '-dac_override', '--inh-caps', '-dac_override'];
    const lock = existsSync(join(scene.cwd, scene.folder));
    if (lock) {
      await execa('chmod', ['-R', 'a-w', join(scene.cwd, scene.folder)]);
    }
    const refused = await run(scene, { before: isRoot ? plain : [] });
    if (lock) {
      await execa('chmod', ['-R', 'u+w', join(scene.cwd, scene.folder)]);
    }
    return [...ended, refused];
  },
  'two commands': (scene) => Promise.all([run(scene), run(scene)]),
  'clock set back': async (scene) => {
    const after = scene.random.between(0, 1_500);
    const env = { NODE_OPTIONS: `--import=${CLOCK}`, CHAOS_CLOCK_AFTER_MS: String(after) };
    return [await run(scene, { env })];
  },
};

interface How {
  /** Words before the command. */
  readonly before?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

function start({ setting, cwd, folder }: Scene, { before = [], env }: How = {}) {
  const [program, ...words] = [...before, process.execPath, BIN, ...setting.words, '--out', folder];
  return execa(program, words, {
    cwd,
    reject: false,
    // No command hangs: the longest of them takes some seconds.
    timeout: 120_000,
    env: { CI: 'true', EVALKIT_CACHE: join(cwd, 'cache'), EVALKIT_PPL_DATA: '', ...env },
  });
}

/** Runs it to its end, whatever that is. */
export async function run(scene: Scene, how: How = {}): Promise<Ended> {
  return endOf(start(scene, how));
}

async function endOf(child: ReturnType<typeof start>): Promise<Ended> {
  const { exitCode, stderr, timedOut } = await child;
  return { exitCode, stderr: timedOut ? `it hung\n${stderr}` : stderr };
}

/** Strikes at a random moment, up to about the time that a command takes. */
async function killing(
  scene: Scene,
  strike: (pid: number) => void | Promise<void>,
): Promise<readonly Ended[]> {
  const child = start(scene);
  const ended = endOf(child);
  await Promise.race([setTimeout(scene.random.between(50, 3_000)), ended]);
  if (child.pid !== undefined) {
    await strike(child.pid);
  }
  return [await ended];
}

/** A file of the run's records that holds some. */
function recordsOf({ random, cwd, folder }: Scene): string {
  const { completions, verdicts, sessions } = KINDS.humaneval.files;
  const [first, ...others] = [completions, verdicts, sessions]
    .map(({ file }) => join(cwd, folder, file))
    .filter((path) => existsSync(path) && statSync(path).size > 0);
  if (first === undefined) {
    throw new Error('a run without records');
  }
  return random.oneOf([first, ...others]);
}

/** Spoils a line; the command says which, and its owner takes it out. */
async function garble(scene: Scene): Promise<readonly Ended[]> {
  const path = recordsOf(scene);
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  const which = scene.random.between(0, lines.length - 1);
  const spoilt = lines.map((line, index) =>
    index === which ? line.slice(scene.random.between(1, line.length - 1)) : line,
  );
  writeFileSync(path, spoilt.map((line) => `${line}\n`).join(''));
  const refused = await run(scene);
  const named = `line ${which + 1} is not a record`;
  if (refused.exitCode !== 3 || !refused.stderr.includes(named)) {
    throw new Error(`a garbled line was not named: ${refused.exitCode} ${refused.stderr}`);
  }
  writeFileSync(
    path,
    lines
      .filter((_, index) => index !== which)
      .map((line) => `${line}\n`)
      .join(''),
  );
  return [refused];
}
