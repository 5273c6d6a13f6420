import { mean, sum } from 'simple-statistics';
import { bootstrapInterval } from './bootstrap.ts';

/** The scores of a row or of a window; a unit of resampling. */
export interface ScoredUnit {
  /** Negative log-likelihoods of its scored tokens, in nats. */
  readonly nlls: readonly number[];
  /** Bytes of text that these tokens stand for. */
  readonly bytes: number;
}

export interface Perplexity {
  /** exp of the mean negative log-likelihood over all scored tokens. */
  readonly micro: number;
  /** Arithmetic mean of the units' perplexities, as Hugging Face's evaluate computes it. */
  readonly macro: number;
  /** Of `micro`; `null` for fewer than two units, which say nothing about their spread. */
  readonly ci95: [number, number] | null;
  readonly tokens: number;
  /** `null` where the tokens stand for no text. */
  readonly bitsPerByte: number | null;
}

/**
 * Perplexity with a 95 % interval by the bootstrap over units: tokens of one row depend on each other,
 * rows are taken as drawn independently. `undefined` without any scored token.
 */
export function perplexityOf(units: readonly ScoredUnit[]): Perplexity | undefined {
  const totals = units
    .filter(({ nlls }) => nlls.length > 0)
    .map(({ nlls, bytes }) => ({ nll: sum([...nlls]), tokens: nlls.length, bytes }));
  const tokens = sum(totals.map((total) => total.tokens));
  if (tokens === 0) {
    return undefined;
  }
  const nats = sum(totals.map(({ nll }) => nll));
  const bytes = sum(totals.map((total) => total.bytes));
  return {
    micro: Math.exp(nats / tokens),
    macro: mean(totals.map((total) => Math.exp(total.nll / total.tokens))),
    ci95:
      totals.length < 2
        ? null
        : bootstrapInterval(totals, (drawn) => Math.exp(ratioOf(drawn, ({ nll }) => nll))),
    tokens,
    bitsPerByte: bytes === 0 ? null : nats / Math.LN2 / bytes,
  };
}

/** Sum of a quantity over the sum of tokens: a mean over tokens that gives each token equal weight. */
export function ratioOf<T extends { readonly tokens: number }>(
  items: readonly T[],
  quantity: (item: T) => number,
): number {
  let total = 0;
  let tokens = 0;
  for (const item of items) {
    total += quantity(item);
    tokens += item.tokens;
  }
  return total / tokens;
}
