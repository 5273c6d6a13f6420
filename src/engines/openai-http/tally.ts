import type { GenerateOptions, GenerationStats } from '../generation.ts';

interface Tokens {
  readonly promptTokens: number | undefined;
  readonly newTokens: number | undefined;
}

/** Counts the tokens of completions that are under way and those that ended. */
export class Tally {
  readonly #onNewTokens: GenerateOptions['onNewTokens'];
  readonly #underWay = new Map<string, number>();
  readonly #ended: Tokens[] = [];
  #told = 0;

  constructor(onNewTokens: GenerateOptions['onNewTokens']) {
    this.#onNewTokens = onNewTokens;
  }

  /** Begins a completion; takes its tokens so far, or pieces where nobody counts tokens. */
  begin(id: string): (count: number) => void {
    this.#underWay.set(id, 0);
    return (count) => {
      this.#underWay.set(id, count);
      this.#tell();
    };
  }

  end(id: string, tokens: Tokens): void {
    this.#underWay.delete(id);
    this.#ended.push(tokens);
    this.#tell();
  }

  /** Sums; absent where one is not known. `none`: what the sum of nothing is: 0, or not known. */
  totals(countsNone: boolean): Pick<GenerationStats, 'promptTokens' | 'newTokens'> {
    if (this.#ended.length === 0 && !countsNone) {
      return {};
    }
    return {
      promptTokens: sumOf(this.#ended.map(({ promptTokens }) => promptTokens)),
      newTokens: sumOf(this.#ended.map(({ newTokens }) => newTokens)),
    };
  }

  #tell(): void {
    const underWay = [...this.#underWay.values()];
    const ended = this.#ended.reduce((sum, { newTokens }) => sum + (newTokens ?? 0), 0);
    // A request that is sent again begins anew, and an end token counts as none: never backwards.
    this.#told = Math.max(this.#told, ended + underWay.reduce((sum, count) => sum + count, 0));
    this.#onNewTokens?.(this.#told, underWay);
  }
}

function sumOf(counts: readonly (number | undefined)[]): number | undefined {
  return counts.reduce<number | undefined>(
    (sum, count) => (sum === undefined || count === undefined ? undefined : sum + count),
    0,
  );
}
