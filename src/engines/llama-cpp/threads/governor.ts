import type { ThreadUse } from '../../../records/thread-use.ts';
import { PassSpeeds } from './pass-speeds.ts';

/** What is decided at once rests on this much computing, in milliseconds: a single slow pass is nothing. */
const LOOK_MS = 250;
/** A pass of this length is a look by itself. */
const LONG_PASS_MS = 1_000;
/** Cores that others may take of ours before it counts: the ticks of the system's clock are as coarse. */
const UNNOTICED_CORES = 0.15;
/** Passes this many times as slow as they were mean that something is in the way, seen or not. */
const SEVERAL_TIMES = 2.5;
/** Of so many looks running. */
const SLOW_LOOKS = 2;
/** Another count must be this much faster, or it is not worth a change. */
const CLEARLY = 1.1;
/** Looks that a trial may take to find passes that compare. */
const TRIAL_LOOKS = 4;
/** The first wait before another count is tried again, and the longest, in milliseconds of computing. */
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 30_000;
/** A trial that failed is not repeated before so many times what it took: threads that spin can take seconds. */
const TRIAL_COST = 20;
/** Passes of a trial this many times as slow as before end it at once. */
const HOPELESS = 2;

/** A pass over the weights, as far as it decides how long it takes. */
export interface TimedPass {
  /** Which model computes it: passes of different ones do not compare. */
  readonly of: string;
  readonly tokens: number;
  readonly ms: number;
}

export interface GovernorOptions {
  /** Threads to compute with on a quiet machine; never more. */
  readonly home: number;
  /** Threads to begin with. */
  readonly begin: number;
  /** The machine's cores. */
  readonly cores: number;
  /** Cores that anything else used since the last call; `undefined`: the system does not tell. */
  readonly othersCores: () => number | undefined;
  /** Called once, when fewer threads turn out to be faster. */
  readonly onFewer: (threads: number) => void;
}

/** Another count that is looked at. */
interface Trial {
  readonly before: number;
  looks: number;
  ms: number;
}

/** Cores that our threads lack; `undefined` where that is not known. */
function missingCores(
  others: number | undefined,
  { home, cores }: Pick<GovernorOptions, 'home' | 'cores'>,
): number | undefined {
  return others === undefined ? undefined : others + home - cores;
}

/** Whether others, who use so many cores, plainly take some of ours. */
export function isCrowd(
  others: number | undefined,
  machine: Pick<GovernorOptions, 'home' | 'cores'>,
): boolean {
  return (missingCores(others, machine) ?? 0) > UNNOTICED_CORES;
}

/**
 * Decides after each pass with how many threads the next one is computed. The threads of llama.cpp's
 * prebuilt library spin while they wait for each other: one that something else has driven off its core
 * stops them all, and two threads can be slower by far than one.
 *
 * While nothing else takes cores that are ours, all threads compute. While something does, the count that
 * was fastest at such times does: what it is is found by trying, since it depends on the model, on
 * how many completions share a pass, and on what the neighbour does. What a trial showed holds until the
 * next, which comes ever later.
 */
export class ThreadGovernor {
  /** Whether what comes out must be the same whatever the threads; not where only times are kept. */
  keepsFloats = true;
  readonly #options: GovernorOptions;
  /** What passes took while nothing was in the way. */
  readonly #quiet = new PassSpeeds();
  /** The same beside others, by thread count. */
  readonly #crowded = new Map<number, PassSpeeds>();
  readonly #use = new Map<number, number>();
  #threads: number;
  /** The best count known beside others. */
  #besideOthers: number | undefined;
  #look: TimedPass[] = [];
  #trial: Trial | undefined;
  #slowLooks = 0;
  #waitMs = FIRST_WAIT_MS;
  #waitedMs = FIRST_WAIT_MS;
  #hasTold = false;

  constructor(options: GovernorOptions) {
    this.#options = options;
    this.#threads = options.begin;
    if (options.begin < options.home) {
      this.#prefer(options.begin);
    }
  }

  /** Threads to compute the next pass with. */
  get threads(): number {
    return this.#threads;
  }

  /** How long each count was used since the last call, the most used first. */
  takeUse(): ThreadUse[] {
    const use = [...this.#use].map(([threads, ms]) => ({ threads, ms }));
    this.#use.clear();
    return use.toSorted((one, other) => other.ms - one.ms);
  }

  /** Takes a pass that was computed with `threads`. */
  passed(pass: TimedPass): void {
    this.#use.set(this.#threads, (this.#use.get(this.#threads) ?? 0) + pass.ms);
    this.#look.push(pass);
    if (this.#trial !== undefined) {
      this.#trial.ms += pass.ms;
      if (this.#isHopeless(this.#trial, pass)) {
        this.#look = [];
        this.#goBack(this.#trial);
        return;
      }
    }
    const ms = this.#look.reduce((total, one) => total + one.ms, 0);
    if (ms >= (this.#look.length > 1 ? LOOK_MS : LONG_PASS_MS)) {
      const look = this.#look;
      this.#look = [];
      this.#waitedMs += ms;
      this.#decide(look);
    }
  }

  #decide(look: readonly TimedPass[]): void {
    const { home, cores, othersCores } = this.#options;
    const others = othersCores();
    const missing = missingCores(others, { home, cores });
    if (this.#isQuiet(look, missing)) {
      this.#trial = undefined;
      this.#threads = home;
      if (this.#slowLooks === 0) {
        this.#quiet.add(look);
      }
      return;
    }
    this.#speedsOf(this.#threads).add(look);
    if (this.#trial !== undefined) {
      this.#judge(this.#trial, { look, missing });
      return;
    }
    if (this.#besideOthers !== undefined && this.#besideOthers !== this.#threads) {
      this.#threads = this.#besideOthers;
      return;
    }
    if (this.#waitedMs >= this.#waitMs) {
      this.#try(this.#next(missing ?? 1));
    }
  }

  #isQuiet(look: readonly TimedPass[], missing: number | undefined): boolean {
    if (missing !== undefined && missing > UNNOTICED_CORES) {
      this.#slowLooks = 0;
      return false;
    }
    if (this.#threads < this.#options.home) {
      // What the system does not show is over only when all threads are seen to be fast again.
      return missing !== undefined && this.#slowLooks < SLOW_LOOKS;
    }
    const slowness = this.#quiet.slownessOf(look) ?? 1;
    this.#slowLooks = slowness >= SEVERAL_TIMES ? this.#slowLooks + 1 : 0;
    return this.#slowLooks < SLOW_LOOKS;
  }

  /** Fewer threads by those that have no core, or more again. */
  #next(missing: number): number {
    const { home } = this.#options;
    const fewer = Math.max(1, home - Math.max(1, Math.round(missing)));
    if (this.#threads > fewer) {
      return fewer;
    }
    // At the foot, or where fewer was tried last: upwards.
    return this.#threads < home ? this.#threads + 1 : Math.max(1, this.#threads - 1);
  }

  #try(threads: number): void {
    this.#waitedMs = 0;
    if (threads !== this.#threads) {
      this.#trial = { before: this.#threads, looks: 0, ms: 0 };
      this.#threads = threads;
    }
  }

  #judge(
    trial: Trial,
    {
      look,
      missing = 0,
    }: { readonly look: readonly TimedPass[]; readonly missing: number | undefined },
  ): void {
    trial.looks += 1;
    const ratio = this.#speedsOf(trial.before).slownessOf(look);
    if (ratio === undefined && trial.looks < TRIAL_LOOKS) {
      return;
    }
    // Those that share a core with us show how much they want only when we have left it.
    const fewer = this.#next(missing);
    if (fewer < this.#threads && this.#threads < trial.before) {
      this.#threads = fewer;
      return;
    }
    if (ratio === undefined || ratio * CLEARLY > 1) {
      this.#goBack(trial);
      return;
    }
    this.#trial = undefined;
    this.#waitedMs = 0;
    this.#waitMs = FIRST_WAIT_MS;
    this.#prefer(this.#threads);
  }

  /** Whether a pass with more threads says all: one without a core can hold up the others for seconds. */
  #isHopeless({ before }: Trial, pass: TimedPass): boolean {
    const slowness = this.#threads > before ? this.#speedsOf(before).slownessOf([pass]) : undefined;
    return (slowness ?? 1) >= HOPELESS;
  }

  #goBack(trial: Trial): void {
    this.#trial = undefined;
    this.#waitedMs = 0;
    this.#waitMs = Math.max(Math.min(LONGEST_WAIT_MS, this.#waitMs * 2), TRIAL_COST * trial.ms);
    this.#prefer(trial.before);
    this.#threads = trial.before;
  }

  #prefer(threads: number): void {
    this.#besideOthers = threads;
    if (threads < this.#options.home && !this.#hasTold) {
      this.#hasTold = true;
      this.#options.onFewer(threads);
    }
  }

  #speedsOf(threads: number): PassSpeeds {
    const known = this.#crowded.get(threads) ?? new PassSpeeds();
    this.#crowded.set(threads, known);
    return known;
  }
}
