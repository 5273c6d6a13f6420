import type { DraftCosts } from '../../../records/draft-costs.ts';

/**
 * The slowest that drafting may ever make a completion by its own arithmetic, were all drafts
 * refused.
 */
const FLOOR = 0.92;
/**
 * Plain steps that a completion may lose beyond that, so that drafting can begin with its first
 * tokens.
 */
const ADVANCE = 2.5;
/** How many observed tokens the acceptance that is assumed at first weighs as much as. */
const PRIOR_WEIGHT = 4;
/** The acceptance that is hoped for where a try is to show it, and the best to be expected at all. */
const HOPE = 0.9;
/**
 * Plain steps after which drafting is tried again where it does not seem to pay; doubled each time.
 */
const FIRST_PAUSE = 8;

export interface DraftLimits {
  readonly maxDraft: number;
  /** Share of tokens assumed to be accepted, by grade (how sure the one who drafts is), ascending. */
  readonly priors: readonly number[];
}

/** One pass in preparation: the grades of what is drafted so far. */
export interface Round {
  /** Most tokens that the completion has room for. */
  readonly room: number;
  /** Tokens that the draft model must read before it can draft. */
  readonly behind: number;
  readonly grades: number[];
  /** The round is to show whether drafts are accepted, whatever the counts say. */
  readonly isProbe: boolean;
}

interface Tally {
  accepted: number;
  checked: number;
}

/**
 * Decides how many tokens are drafted for one completion: those whose expected gain over plain
 * steps exceeds their expected cost. (To weigh a pass's time by the tokens that drafting gave so
 * far would be the theory's choice; measured over one completion, a lucky start then forbids all
 * further drafts.) It counts in plain steps of the model and knows no clock, so that the same
 * completion always drafts the same.
 */
export class DraftPlanner {
  readonly #costs: DraftCosts;
  readonly #limits: DraftLimits;
  readonly #byGrade: readonly Tally[];
  /** Tokens so far, and what they cost in plain steps. */
  #tokens = 0;
  #spent = 0;
  #pause = FIRST_PAUSE;
  #stepsUntilProbe = 0;

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
    const { draftToken } = this.#costs;
    // A token is about as sure as the one before it.
    const acceptance = this.#acceptance(round, grade ?? round.grades.at(-1));
    const { value: valueOfStopping } = this.#best(round);
    let { probability, gain } = this.#expect(round, drafted);
    // What a try costs the draft model to catch up serves all that is drafted after it.
    const isBehind = drafted === 0 && !round.isProbe;
    let cost = isBehind ? catchUpCost(this.#costs, round.behind) : 0;
    const most = Math.min(this.#limits.maxDraft, round.room);
    for (let length = drafted + 1; length <= most; length += 1) {
      probability *= acceptance;
      gain += probability;
      cost += draftToken;
      const value = gain - (passCost(this.#costs, length) - 1 + cost);
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
    this.#tokens += accepted + 1;
    this.#spent += passCost(this.#costs, checked);
    this.#spent += draftingCost(this.#costs, drafted, round.behind);
    // What follows the first wrong token says nothing.
    for (const [index, grade] of round.grades.slice(0, Math.min(checked, accepted + 1)).entries()) {
      const tally = this.#tally(grade);
      tally.checked += 1;
      tally.accepted += index < accepted ? 1 : 0;
    }
    this.#stepsUntilProbe -= 1;
    if (drafted > 0) {
      const paid = checked > 0 && accepted === checked;
      this.#stepsUntilProbe = paid ? 0 : this.#pause;
      this.#pause = paid ? FIRST_PAUSE : this.#pause * 2;
    }
  }

  /** The number of drafted tokens whose check promises most, and how many steps it is to win. */
  #best(round: Round): { readonly length: number; readonly value: number } {
    let best = { length: 0, value: 0 };
    for (let length = 1; length <= round.grades.length; length += 1) {
      const { gain } = this.#expect(round, length);
      const value = gain - (passCost(this.#costs, length) - 1);
      if (value > best.value) {
        best = { length, value };
      }
    }
    return best;
  }

  /** The chance that the first `length` tokens are all right, and how many will be accepted. */
  #expect(round: Round, length: number): { probability: number; gain: number } {
    let probability = 1;
    let gain = 0;
    for (const grade of round.grades.slice(0, length)) {
      probability *= this.#acceptance(round, grade);
      gain += probability;
    }
    return { probability, gain };
  }

  /** The chance that a token is right; of a token that is not known yet, without a grade. */
  #acceptance({ isProbe }: Round, grade: number | undefined): number {
    const prior = grade === undefined ? HOPE : (this.#limits.priors[grade] ?? 0);
    if (isProbe) {
      return prior;
    }
    const { accepted, checked } = grade === undefined ? this.#total() : this.#tally(grade);
    return (accepted + PRIOR_WEIGHT * prior) / (checked + PRIOR_WEIGHT);
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

  /** Whether the completion could bear that all drafts of this round are refused. */
  #affords(round: Round, length: number): boolean {
    const cost = passCost(this.#costs, length) + draftingCost(this.#costs, length, round.behind);
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

/**
 * Cost of the draft model's reading of the `behind` tokens that it has not seen, beyond its first
 * draft.
 */
function catchUpCost({ draftToken, draftCatchUp }: DraftCosts, behind: number): number {
  // A single token costs a pass of its own; more are read in one pass.
  return behind === 0 ? 0 : Math.max(draftToken, behind * draftCatchUp);
}

/** What it costs to draft so many tokens. */
function draftingCost(costs: DraftCosts, drafted: number, behind: number): number {
  return drafted === 0 ? 0 : drafted * costs.draftToken + catchUpCost(costs, behind);
}

/** Whether drafting could win anything, were the drafts as good as can be expected. */
export function canPay(costs: DraftCosts, maxDraft: number): boolean {
  let gain = 0;
  for (let length = 1; length <= maxDraft; length += 1) {
    gain += HOPE ** length;
    if (1 + gain > passCost(costs, length) + length * costs.draftToken) {
      return true;
    }
  }
  return false;
}
