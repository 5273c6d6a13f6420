import type { DraftCosts } from '../../records/draft-costs.ts';

/** The slowest that drafting may ever make an answer by its own arithmetic, were all drafts refused. */
const FLOOR = 0.95;
/** Plain steps that an answer may lose beyond that, so that drafting can begin with its first token. */
const ADVANCE = 0.5;
/** How many observed tokens the acceptance that is assumed at first weighs as much as. */
const PRIOR_WEIGHT = 4;
/** Plain steps after which drafting is tried again where it does not seem to pay; doubled each time. */
const FIRST_PAUSE = 8;

export interface DraftLimits {
  readonly maxDraft: number;
  /** Share of tokens assumed to be accepted, by grade (how sure the one who drafts is), ascending. */
  readonly priors: readonly number[];
}

/** One pass in preparation: the grades of what is drafted so far. */
export interface Round {
  /** Most tokens that the answer has room for. */
  readonly room: number;
  /** Tokens that the draft model must read before it can draft. */
  readonly behind: number;
  readonly grades: number[];
  /** The round looks whether drafts are accepted again, against what the counts say. */
  readonly isProbe: boolean;
}

interface Tally {
  accepted: number;
  checked: number;
}

/**
 * Decides how many tokens are drafted for one answer: those whose expected gain exceeds their
 * expected cost. It counts in plain steps of the model and knows no clock, so that the same answer
 * always drafts the same.
 */
export class DraftPlanner {
  readonly #costs: DraftCosts;
  readonly #limits: DraftLimits;
  readonly #byGrade: readonly Tally[];
  /** Tokens so far, and what they cost in plain steps. */
  #tokens = 0;
  #spent = 0;
  #pause = FIRST_PAUSE;
  #stepsUntilProbe = FIRST_PAUSE;

  constructor(costs: DraftCosts, limits: DraftLimits) {
    this.#costs = costs;
    this.#limits = limits;
    this.#byGrade = limits.priors.map(() => ({ accepted: 0, checked: 0 }));
  }

  start({ room, behind }: { readonly room: number; readonly behind: number }): Round {
    return { room, behind, grades: [], isProbe: this.#stepsUntilProbe <= 0 };
  }

  /** Whether one more token is worth drafting; `grade`: its grade, where that is known beforehand. */
  wantsMore(round: Round, grade?: number): boolean {
    const drafted = round.grades.length;
    const { draftToken, draftCatchUp } = this.#costs;
    const acceptance = round.isProbe ? this.#prior(grade) : this.#acceptance(grade);
    const rate = this.#rate();
    const { value: valueOfStopping } = this.#best(round);
    let { probability, gain } = this.#expect(round.grades);
    let cost = drafted === 0 ? draftCatchUp * round.behind : 0;
    const most = Math.min(this.#limits.maxDraft, round.room);
    for (let length = drafted + 1; length <= most; length += 1) {
      probability *= acceptance;
      gain += probability;
      cost += draftToken;
      const value = gain - rate * (passCost(this.#costs, length) - 1 + cost);
      if (value > valueOfStopping && this.#affords(round, length)) {
        return true;
      }
    }
    return false;
  }

  /** How many of the drafted tokens are worth checking; 0 means a plain step. */
  worthChecking(round: Round): number {
    return this.#best(round).length;
  }

  /** Takes down what came of a round: `checked` tokens, of which the first `accepted` were right. */
  finish(round: Round, checked: number, accepted: number): void {
    const drafted = round.grades.length;
    const { draftToken, draftCatchUp } = this.#costs;
    this.#tokens += accepted + 1;
    this.#spent += passCost(this.#costs, checked);
    this.#spent += drafted === 0 ? 0 : drafted * draftToken + round.behind * draftCatchUp;
    // What follows the first wrong token says nothing.
    for (const [index, grade] of round.grades.slice(0, Math.min(checked, accepted + 1)).entries()) {
      const tally = this.#tally(grade);
      tally.checked += 1;
      tally.accepted += index < accepted ? 1 : 0;
    }
    this.#stepsUntilProbe -= 1;
    if (drafted > 0) {
      const paid = checked > 0 && accepted === checked;
      this.#pause = paid || !round.isProbe ? FIRST_PAUSE : this.#pause * 2;
      this.#stepsUntilProbe = this.#pause;
    }
  }

  /** The number of drafted tokens whose check promises most, and how many steps it is to win. */
  #best(round: Round): { readonly length: number; readonly value: number } {
    const rate = this.#rate();
    let best = { length: 0, value: 0 };
    for (let length = 1; length <= round.grades.length; length += 1) {
      const { gain } = this.#expect(round.grades.slice(0, length));
      const value = gain - rate * (passCost(this.#costs, length) - 1);
      // A probe is there to be checked.
      if (value > best.value || (round.isProbe && best.length === 0)) {
        best = { length, value };
      }
    }
    return best;
  }

  /** The chance that all of these tokens are right, and how many are expected to be accepted. */
  #expect(grades: readonly number[]): { probability: number; gain: number } {
    let probability = 1;
    let gain = 0;
    for (const grade of grades) {
      probability *= this.#acceptance(grade);
      gain += probability;
    }
    return { probability, gain };
  }

  #acceptance(grade: number | undefined): number {
    const { accepted, checked } = grade === undefined ? this.#total() : this.#tally(grade);
    return (accepted + PRIOR_WEIGHT * this.#prior(grade)) / (checked + PRIOR_WEIGHT);
  }

  /** Where the grade is not known yet: that of the surer half. */
  #prior(grade: number | undefined): number {
    const { priors } = this.#limits;
    return priors[grade ?? Math.floor(priors.length / 2)] ?? 0;
  }

  #total(): Tally {
    const total = { accepted: 0, checked: 0 };
    for (const { accepted, checked } of this.#byGrade) {
      total.accepted += accepted;
      total.checked += checked;
    }
    return total;
  }

  #tally(grade: number): Tally {
    const tally = this.#byGrade[grade];
    if (tally === undefined) {
      throw new Error(`no grade ${grade}`);
    }
    return tally;
  }

  /** Tokens a plain step's time so far: what the time that a pass takes is worth. */
  #rate(): number {
    return this.#spent === 0 ? 1 : Math.max(1, this.#tokens / this.#spent);
  }

  /** Whether the answer could bear that all drafts of this round are refused. */
  #affords(round: Round, length: number): boolean {
    const { draftToken, draftCatchUp } = this.#costs;
    const cost = passCost(this.#costs, length) + length * draftToken + round.behind * draftCatchUp;
    return this.#spent + cost <= (this.#tokens + 1) / FLOOR + ADVANCE;
  }
}

/** What a pass over `drafted` tokens beside the last one costs, in plain steps. */
export function passCost({ passes }: DraftCosts, drafted: number): number {
  let before = { drafted: 0, cost: 1 };
  let slope = 0;
  for (const pass of passes) {
    slope = (pass.cost - before.cost) / (pass.drafted - before.drafted);
    if (drafted <= pass.drafted) {
      break;
    }
    before = pass;
  }
  return before.cost + slope * (drafted - before.drafted);
}

/** Whether drafting could win anything, were every drafted token accepted. */
export function canPay(costs: DraftCosts, maxDraft: number): boolean {
  const lengths = Array.from({ length: maxDraft }, (_, index) => index + 1);
  return lengths.some((length) => length + 1 > passCost(costs, length) + length * costs.draftToken);
}
