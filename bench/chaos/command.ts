import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Job } from './jobs.ts';
import { descendantsOf, isAlive, kill, type Process } from './processes.ts';
import type { Random } from './random.ts';

const BIN = fileURLToPath(new URL('../../bin/evalkit.js', import.meta.url));

/** No command hangs: the longest of them takes some seconds, on a busy machine some more. */
const HANG_MS = 120_000;

/** What a killed command has started may take so long to notice. */
const LINGER_MS = 15_000;

/** In what a fault happens. */
export interface Scene {
  readonly random: Random;
  readonly job: Job;
  /** Where the command is started, and writes its run. */
  readonly cwd: string;
  readonly cache: string;
  /** Of the command where nothing disturbs it. */
  readonly usualMs: number;
  /** Kills the model's server, and starts it again. */
  readonly restartServer: () => Promise<void>;
}

/** How a command ended. */
export interface Ended {
  readonly exitCode: number | undefined;
  readonly stderr: string;
}

interface How {
  /** Words before the command. */
  readonly before?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts evalkit. */
export function start(
  words: readonly string[],
  of: Pick<Scene, 'cwd' | 'cache'>,
  { before = [], env }: How = {},
) {
  const [program = process.execPath, ...rest] = [...before, process.execPath, BIN, ...words];
  return execa(program, rest, {
    cwd: of.cwd,
    reject: false,
    timeout: HANG_MS,
    env: { CI: 'true', EVALKIT_CACHE: of.cache, EVALKIT_PPL_DATA: '', ...env },
  });
}

/** Runs the scene's command to its end, whatever that is. */
export function run(scene: Scene, how: How = {}): Promise<Ended> {
  return endOf(start(scene.job.words, scene, how));
}

export async function endOf(child: ReturnType<typeof start>): Promise<Ended> {
  const { exitCode, stderr, timedOut } = await child;
  return { exitCode, stderr: timedOut ? `it hung\n${stderr}` : stderr };
}

/** Strikes at a random moment of a command. Nothing that it has started may outlive it. */
export async function striking(
  scene: Scene,
  strike: (pid: number) => void | Promise<void>,
): Promise<Ended> {
  const waitMs = (scene.usualMs * scene.random.between(2, 100)) / 100;
  return disturbed(scene, async (pid, ended) => {
    await Promise.race([setTimeout(waitMs), ended]);
    await strike(pid);
  });
}

/** Kills a process that the command has started, of those whose words are asked for, a while after it is there. */
export async function killingOne(scene: Scene, words: RegExp): Promise<Ended> {
  const waitMs = (scene.usualMs * scene.random.between(0, 40)) / 100;
  const draw = scene.random.between(0, 1_000);
  const found = (pid: number): Process[] =>
    descendantsOf(pid).filter((one) => words.test(one.words));
  let hasStruck = false;
  const ended = await disturbed(scene, async (pid, end) => {
    const isOver = end.then(() => true);
    while (found(pid).length === 0) {
      if (await Promise.race([isOver, setTimeout(20, false)])) {
        break;
      }
    }
    await Promise.race([setTimeout(waitMs), end]);
    const all = found(pid);
    const victim = all[draw % Math.max(1, all.length)];
    if (victim !== undefined) {
      hasStruck = true;
      kill(victim.id);
    }
  });
  return hasStruck ? ended : { ...ended, stderr: `${ended.stderr}\n(ended before it was struck)` };
}

async function disturbed(
  scene: Scene,
  act: (pid: number, ended: Promise<Ended>) => Promise<void>,
): Promise<Ended> {
  const child = start(scene.job.words, scene);
  const ended = endOf(child);
  const { pid } = child;
  if (pid === undefined) {
    return ended;
  }
  const seen = new Map<number, Process>();
  const look = (): void => descendantsOf(pid).forEach((one) => seen.set(one.id, one));
  const looking = setInterval(look, 100);
  try {
    await act(pid, ended);
    await ended;
  } finally {
    clearInterval(looking);
  }
  return left(await ended, [...seen.values()]);
}

/** Says which processes are still there. */
async function left(ended: Ended, processes: readonly Process[]): Promise<Ended> {
  for (let waitedMs = 0; waitedMs < LINGER_MS; waitedMs += 100) {
    if (!processes.some(isAlive)) {
      return ended;
    }
    await setTimeout(100);
  }
  const words = processes.filter(isAlive).map((one) => `left behind: ${one.id} ${one.words}`);
  processes.filter(isAlive).forEach(({ id }) => kill(id));
  return { ...ended, stderr: [ended.stderr, ...words].join('\n') };
}
