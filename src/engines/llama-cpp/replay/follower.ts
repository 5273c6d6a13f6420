/** The shortest run of equal tokens at which a completion is taken to have met its reference again. */
const LEAST_MATCH = 2;
/** The longest that is looked for: what stands in code twice is rarely longer. */
const LONGEST_MATCH = 12;
/** A completion begins where its reference does: as sure as after so many equal tokens. */
const SURE = 8;

/**
 * Follows a completion through the tokens of its reference: says which tokens it is likely to take
 * next. Whatever it says is checked by the model, so that it decides nothing but how fast that goes.
 */
export class Follower {
  readonly #reference: readonly number[];
  readonly #own: number[] = [];
  /** Index in the reference of what is expected next; `undefined`: the two have parted. */
  #at: number | undefined = 0;
  /** Where it would be, had every token since the parting its counterpart. */
  #near = 0;
  #equal = SURE;

  constructor(reference: readonly number[]) {
    this.#reference = reference;
  }

  /** How many tokens in a row have been equal: the more, the surer the next one. */
  get equal(): number {
    return this.#equal;
  }

  /** What is expected next, at most so many tokens. */
  guesses(most: number): readonly number[] {
    return this.#at === undefined ? [] : this.#reference.slice(this.#at, this.#at + most);
  }

  /** Takes the completion's next token. */
  add(token: number): void {
    this.#own.push(token);
    this.#near += 1;
    if (this.#at !== undefined && this.#reference[this.#at] === token) {
      this.#at += 1;
      this.#near = this.#at;
      this.#equal += 1;
      return;
    }
    this.#meet();
  }

  /** Looks the last tokens up in the reference: the longest match counts, of those the nearest. */
  #meet(): void {
    let best = { end: 0, length: 0 };
    for (let end = LEAST_MATCH; end <= this.#reference.length; end += 1) {
      const length = this.#matchBefore(end);
      const isNearer = Math.abs(end - this.#near) < Math.abs(best.end - this.#near);
      if (length > best.length || (length === best.length && isNearer)) {
        best = { end, length };
      }
    }
    const met = best.length >= LEAST_MATCH;
    this.#at = met ? best.end : undefined;
    this.#equal = met ? best.length : 0;
    if (met) {
      this.#near = best.end;
    }
  }

  /** How many tokens before `end` in the reference equal the completion's last ones. */
  #matchBefore(end: number): number {
    let length = 0;
    while (
      length < Math.min(LONGEST_MATCH, end, this.#own.length) &&
      this.#reference[end - 1 - length] === this.#own[this.#own.length - 1 - length]
    ) {
      length += 1;
    }
    return length;
  }
}
