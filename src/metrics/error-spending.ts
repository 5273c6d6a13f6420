import { type PairedCounts, scoreStatistic } from './tango.ts';

/*
 * Looks at a paired comparison that may end it, with an error that is spent by plan over all of them:
 * K. K. G. Lan and D. L. DeMets, "Discrete sequential boundaries for clinical trials", Biometrika 70
 * (1983), 659-663. The boundaries are exact for counts, by dynamic programming over the outcomes that
 * have not ended it yet (N. Stallard and S. Todd, "Exact sequential tests for single samples of
 * discrete responses using spending functions", Statistics in Medicine 19 (2000), 3051-3064).
 */

/** How much of an error is spent when a share of the tasks is in; all of it at the end. */
export function spent(share: number): number {
  return share ** 2;
}

/** What one look sees. */
export interface Look {
  /** Tasks that are judged. */
  readonly tasks: number;
  /** Those of them that flipped, either way. */
  readonly flips: number;
}

/**
 * For each look the least number of lost tasks that shows the candidate worse: of the flips each is
 * lost with one half where it is not, whatever number of them there is, so that the chance to reach any
 * of these numbers is `error` at most for every course of flips. `Infinity`: no number does.
 */
export function lostToFail(
  looks: readonly Look[],
  { tasks, error }: { readonly tasks: number; readonly error: number },
): number[] {
  let law: readonly number[] = [1];
  let used = 0;
  let flips = 0;
  return looks.map((look) => {
    for (; flips < look.flips; flips += 1) {
      law = steps(law);
    }
    const budget = error * spent(look.tasks / tasks);
    let least = law.length;
    while (least > 0 && used + (law[least - 1] ?? 0) <= budget) {
      least -= 1;
      used += law[least] ?? 0;
    }
    const reached = least;
    const isReachable = law.slice(reached).some((chance) => chance > 0);
    law = law.map((chance, lost) => (lost < reached ? chance : 0));
    return isReachable ? reached : Infinity;
  });
}

/** One flip more: lost or gained. */
function steps(law: readonly number[]): number[] {
  return Array.from(
    { length: law.length + 1 },
    (_, lost) => ((law[lost - 1] ?? 0) + (law[lost] ?? 0)) / 2,
  );
}

/** Chances of a gain that errors are held to; real ones lie far below the greatest. */
const GAINS = Array.from({ length: 16 }, (_, index) => index / 100);

/**
 * For each look the greatest score statistic (Tango's, of the margin) that passes: the chance to pass at
 * any of them where the true drop is the margin is `error` at most, for each chance of a gain up to 15 %.
 */
export function scoresToPass(
  looks: readonly number[],
  { margin, error }: { readonly margin: number; readonly error: number },
): number[] {
  const tasks = looks.at(-1) ?? 0;
  const laws = GAINS.filter((gain) => 2 * gain + margin <= 1).map((gain) => ({
    chances: [gain + margin, gain] as const,
    law: new Law(tasks),
    used: 0,
  }));
  return looks.map((seen) => {
    for (const one of laws) {
      one.law.advance(seen, one.chances);
    }
    const budget = error * spent(seen / tasks);
    const outcomes = outcomesOf(seen, margin);
    let passed = -Infinity;
    for (const [score, tied] of Map.groupBy(outcomes, (one) => one.score)) {
      const more = laws.map(({ law }) => tied.reduce((sum, one) => sum + law.chance(one), 0));
      if (laws.some(({ used }, number) => used + (more[number] ?? 0) > budget)) {
        break;
      }
      for (const [number, one] of laws.entries()) {
        one.used += more[number] ?? 0;
        one.law.end(tied);
      }
      passed = score;
    }
    return passed;
  });
}

interface Outcome {
  readonly lost: number;
  readonly gained: number;
  readonly score: number;
}

/** Those that could pass, the surest first. */
function outcomesOf(pairs: number, margin: number): Outcome[] {
  const outcomes: Outcome[] = [];
  for (let gained = 0; gained <= pairs; gained += 1) {
    for (let lost = 0; lost + gained <= pairs && lost - gained < pairs * margin; lost += 1) {
      const score = scoreStatistic({ pairs, lost, gained }, margin);
      if (score < 0) {
        outcomes.push({ lost, gained, score });
      }
    }
  }
  return outcomes.toSorted((one, other) => one.score - other.score);
}

/** What is less likely is left out: of all that, no sum is seen. */
const LEAST_CHANCE = 1e-18;

/** Chances of having lost and gained so many without having ended. */
class Law {
  readonly #width: number;
  readonly #chances: Float64Array;
  #seen = 0;
  /** The most that was lost, and gained, with a chance that is seen. */
  #most = { lost: 0, gained: 0 };

  constructor(tasks: number) {
    this.#width = tasks + 2;
    this.#chances = new Float64Array(this.#width ** 2);
    this.#chances[0] = 1;
  }

  /** Until `seen` tasks are in. */
  advance(seen: number, chances: readonly [lost: number, gained: number]): void {
    for (; this.#seen < seen; this.#seen += 1) {
      this.#step(chances);
    }
  }

  /** One task more, in place: from the greatest counts down, so that none is changed before it is read. */
  #step([lose, gain]: readonly [lost: number, gained: number]): void {
    const width = this.#width;
    const law = this.#chances;
    const [lostMost, gainedMost] = [this.#most.lost + 1, this.#most.gained + 1];
    const border = { lost: 0, gained: 0 };
    for (let lost = lostMost; lost >= 0; lost -= 1) {
      for (let gained = gainedMost; gained >= 0; gained -= 1) {
        const place = lost * width + gained;
        const chance =
          (law[place] ?? 0) * (1 - lose - gain) +
          (lost === 0 ? 0 : (law[place - width] ?? 0) * lose) +
          (gained === 0 ? 0 : (law[place - 1] ?? 0) * gain);
        law[place] = chance;
        border.lost = lost === lostMost ? Math.max(border.lost, chance) : border.lost;
        border.gained = gained === gainedMost ? Math.max(border.gained, chance) : border.gained;
      }
    }
    this.#most = {
      lost: this.#grown('lost', border.lost),
      gained: this.#grown('gained', border.gained),
    };
  }

  #grown(side: 'lost' | 'gained', border: number): number {
    const most = this.#most[side];
    return border > LEAST_CHANCE ? most + 1 : most;
  }

  chance({ lost, gained }: Outcome): number {
    return this.#isSeen(lost, gained) ? (this.#chances[lost * this.#width + gained] ?? 0) : 0;
  }

  /** Those that end here go no further. */
  end(outcomes: readonly Outcome[]): void {
    for (const { lost, gained } of outcomes) {
      this.#chances[lost * this.#width + gained] = 0;
    }
  }

  #isSeen(lost: number, gained: number): boolean {
    return lost <= this.#most.lost && gained <= this.#most.gained;
  }
}

/** Whether a look at counts passes. */
export function passesAt(counts: PairedCounts, margin: number, score: number): boolean {
  return scoreStatistic(counts, margin) <= score;
}
