/** How many checked tokens the chance that is assumed at first weighs as much as. */
const PRIOR_WEIGHT = 4;
/** Equal tokens in a row from which on a guess is of each grade, and its chance before any count. */
const GRADES = [
  { from: 0, prior: 0.3 },
  { from: 3, prior: 0.5 },
  { from: 4, prior: 0.7 },
  { from: 8, prior: 0.9 },
  { from: 16, prior: 0.95 },
] as const;

interface Tally {
  accepted: number;
  checked: number;
}

/** How often guesses turned out right, by how many equal tokens stood before them. */
export class Chances {
  readonly #tallies: readonly Tally[] = GRADES.map(() => ({ accepted: 0, checked: 0 }));

  /** The chance that the token after so many equal ones is equal too. */
  after(equal: number): number {
    const grade = gradeOf(equal);
    const { accepted, checked } = this.#tally(grade);
    return (accepted + PRIOR_WEIGHT * (GRADES[grade]?.prior ?? 0)) / (checked + PRIOR_WEIGHT);
  }

  /** Takes down one checked guess after so many equal tokens. */
  add(equal: number, isRight: boolean): void {
    const tally = this.#tally(gradeOf(equal));
    tally.checked += 1;
    tally.accepted += isRight ? 1 : 0;
  }

  /** For each of `count` guesses after so many equal tokens: the chance that it and all before it are right. */
  ahead(equal: number, count: number): number[] {
    let chance = 1;
    return Array.from({ length: count }, (_, index) => {
      chance *= this.after(equal + index);
      return chance;
    });
  }

  #tally(grade: number): Tally {
    const tally = this.#tallies[grade];
    if (tally === undefined) {
      throw new Error(`no grade ${grade}`);
    }
    return tally;
  }
}

function gradeOf(equal: number): number {
  return GRADES.findLastIndex(({ from }) => equal >= from);
}
