import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Ended, endOf, run as runScene, type Scene, start } from './command.ts';
import { FAULTS } from './faults.ts';
import type { Job, JobName } from './jobs.ts';
import type { RestartableServer } from './model-server.ts';
import { differences, outcomeOf, type RunOutcome } from './outcome.ts';
import { type Random, randomOf } from './random.ts';
import { readRun } from '../../src/store/run-store.ts';

/** How often a resumed command may end with 3 before it counts as one that never gets there. */
const MOST_RESUMES = 4;

/** What one round does. */
export interface Turn {
  readonly fault: string;
  readonly job: JobName;
}

/** What a round needs. */
export interface Stage {
  readonly folder: string;
  readonly seed: number;
  readonly jobs: Readonly<Record<JobName, Job>>;
  readonly server: RestartableServer;
  /** Of commands that nothing happened to, as they become needed. */
  readonly undisturbed: Map<JobName, Undisturbed>;
}

interface Undisturbed {
  readonly outcome: RunOutcome;
  /** That level is asked for from then on: where a fault keeps it away, the command ends and chooses no lower one. */
  readonly sandbox: readonly string[];
  readonly usualMs: number;
}

/** The turn of a round, from 1: all faults on all commands that they can happen to, in turn, shuffled each time. */
export function turnOf(seed: number, round: number): Turn {
  const all = Object.entries(FAULTS).flatMap(([fault, { jobs }]) =>
    jobs.map((job): Turn => ({ fault, job })),
  );
  const pass = Math.floor((round - 1) / all.length);
  const turn = randomOf(seed, -1 - pass).shuffled(all)[(round - 1) % all.length];
  if (turn === undefined) {
    throw new Error(`no round ${round}`);
  }
  return turn;
}

/** Plays a round; what went wrong in it, and nothing where all ended as it should. */
export async function playRound(
  stage: Stage,
  round: number,
  { fault, job }: Turn,
): Promise<string[]> {
  const random = randomOf(stage.seed, round);
  try {
    const { outcome, usualMs, sandbox } = await undisturbedOf(stage, job);
    const scene = setUp(stage, { job, random, usualMs, sandbox, place: `round-${round}` });
    const ended = (await FAULTS[fault]?.act(scene)) ?? [];
    const resumed = await resume(scene);
    const found = outcomeOf(join(scene.cwd, 'run'), job);
    const problems = [
      ...[...ended, ...resumed].flatMap(problemsOf),
      ...differences(outcome, found),
    ];
    if (problems.length === 0) {
      rmSync(scene.cwd, { recursive: true, force: true });
    }
    return problems;
  } catch (error) {
    return [String(error)];
  }
}

async function undisturbedOf(stage: Stage, name: JobName): Promise<Undisturbed> {
  const known = stage.undisturbed.get(name);
  if (known !== undefined) {
    return known;
  }
  const random = randomOf(stage.seed, 0);
  for (const { words, folder } of stage.jobs[name].needs) {
    refuseFailure(await endOf(start([...words, '--out', folder], toolsOf(stage, stage.folder))));
  }
  const place = `undisturbed-${name}`;
  const scene = setUp(stage, { job: name, random, usualMs: 0, sandbox: [], place });
  const begun = performance.now();
  refuseFailure(await runScene(scene));
  const usualMs = performance.now() - begun;
  const run = join(scene.cwd, 'run');
  const { level } = readRun(run).header.plan.grading.grader;
  const sandbox =
    name === 'merge' ? [] : ['--sandbox', level === 'L1' ? 'unsafe' : level.toLowerCase()];
  const made = { outcome: outcomeOf(run, name), usualMs, sandbox };
  stage.undisturbed.set(name, made);
  return made;
}

function refuseFailure({ exitCode, stderr }: Ended): void {
  if (exitCode !== 0) {
    throw new Error(`an undisturbed command ended with ${exitCode}: ${stderr}`);
  }
}

function toolsOf({ folder }: Stage, cwd: string): Pick<Scene, 'cwd' | 'cache'> {
  return { cwd, cache: join(folder, 'cache') };
}

function setUp(
  stage: Stage,
  of: {
    readonly job: JobName;
    readonly random: Random;
    readonly usualMs: number;
    readonly sandbox: readonly string[];
    readonly place: string;
  },
): Scene {
  const { random, usualMs } = of;
  const cwd = join(stage.folder, of.place);
  mkdirSync(cwd);
  const asked = stage.jobs[of.job];
  const job = { ...asked, words: [...asked.words, ...of.sandbox] };
  if (job.begunWith !== undefined) {
    cpSync(job.begunWith, join(cwd, 'run'), { recursive: true });
  }
  const restartServer = (): Promise<void> => stage.server.restart(random.between(0, 1_000));
  return { random, job, usualMs, restartServer, ...toolsOf(stage, cwd) };
}

async function resume(scene: Scene): Promise<Ended[]> {
  const ended: Ended[] = [];
  do {
    ended.push(await runScene(scene));
  } while (ended.at(-1)?.exitCode === 3 && ended.length < MOST_RESUMES);
  if (ended.at(-1)?.exitCode !== 0) {
    throw new Error(`it cannot be resumed: ${ended.at(-1)?.exitCode} ${ended.at(-1)?.stderr}`);
  }
  return ended;
}

/** What no command may ever say or do. */
function problemsOf({ stderr, exitCode }: Ended): string[] {
  const words = /defect:|^\s+at .*:\d+:\d+\)?$|it hung|UnhandledPromise|left behind:/m.exec(stderr);
  const isKnown =
    exitCode === undefined ||
    [0, 3, 130, 137, 143].includes(exitCode) ||
    // What may not be written is refused before anything is done.
    (exitCode === 2 && stderr.includes('may not be written'));
  return [
    ...(words === null ? [] : [`said: ${stderr.slice(-600)}`]),
    ...(isKnown ? [] : [`ended with ${exitCode}: ${stderr.slice(-600)}`]),
  ];
}
