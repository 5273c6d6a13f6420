import { platform } from 'node:os';
import { environmentError } from '../../records/error.ts';
import type { Denial, SandboxChoice, SandboxLevel } from '../grader.ts';
import { WorkerDied } from './worker-pool.ts';

const LEVELS: Readonly<Record<SandboxChoice, readonly SandboxLevel[]>> = {
  auto: ['L3', 'L2'],
  l3: ['L3'],
  l2: ['L2'],
  unsafe: ['L1'],
};

/** A worker at some level, and what probes have seen denied there. */
interface AtLevel<Worker extends AsyncDisposable> {
  readonly worker: Worker;
  readonly denials: readonly Denial[];
}

/** A worker whose level the probes have shown. */
export interface Opened<Worker extends AsyncDisposable> extends AtLevel<Worker> {
  readonly level: SandboxLevel;
  /** Why higher levels are not available. */
  readonly missed: readonly string[];
}

/**
 * A worker at the highest level that was asked for and that probes show to hold. `start` gives one
 * at a level, or the reason why there is none. Throws `EvalkitError` with the reasons where no level
 * holds; `remedy` says what would help on Linux, `accepted` what `--sandbox unsafe` leaves.
 */
export async function openHighest<Worker extends AsyncDisposable>(
  choice: SandboxChoice,
  start: (level: SandboxLevel) => Promise<AtLevel<Worker> | string>,
  { remedy, accepted }: { readonly remedy: string; readonly accepted: string },
): Promise<Opened<Worker>> {
  const missed: string[] = [];
  for (const level of LEVELS[choice]) {
    const opened = await openLevel(level, start);
    if (typeof opened !== 'string') {
      return { ...opened, level, missed };
    }
    missed.push(`${level}: ${opened}`);
  }
  const help = platform() === 'linux' ? remedy : 'run in a Linux container';
  throw environmentError(
    `no sandbox that hostile code cannot leave (${missed.join('; ')}); ${help}, or accept ${accepted} with --sandbox unsafe`,
  );
}

/** A worker that died may have been killed for the machine's reasons, which say nothing of the level. */
const ATTEMPTS = 2;

async function openLevel<Worker extends AsyncDisposable>(
  level: SandboxLevel,
  start: (level: SandboxLevel) => Promise<AtLevel<Worker> | string>,
  attempt = 1,
): Promise<AtLevel<Worker> | string> {
  try {
    const opened = await start(level);
    if (typeof opened === 'string') {
      return opened;
    }
    const allowed = opened.denials.filter((denial) => !denial.isDenied);
    if (level === 'L1' || allowed.length === 0) {
      return opened;
    }
    await opened.worker[Symbol.asyncDispose]();
    return `a sample can ${allowed.map((denial) => denial.name).join(', ')}`;
  } catch (error) {
    if (error instanceof WorkerDied) {
      return attempt < ATTEMPTS ? openLevel(level, start, attempt + 1) : error.message;
    }
    throw error;
  }
}
