import { max, mean, median, quantile, sum } from 'simple-statistics';
import { bootstrapInterval } from './bootstrap.ts';
import { ratioOf } from './perplexity.ts';
import { wilsonInterval } from './wilson.ts';

/** What a model and the reference say to the same tokens of one unit of text. */
export interface PairedUnit {
  readonly nlls: readonly number[];
  readonly referenceNlls: readonly number[];
  /** The likeliest token at each place. */
  readonly likeliest: readonly number[];
  readonly referenceLikeliest: readonly number[];
  /** KL divergence at each place, and the reference's mean probability that it was computed from. */
  readonly kl?: { readonly values: readonly number[]; readonly coverage: number } | undefined;
}

/** A mean over tokens with its 95 % interval; `null` for fewer than two units. */
export interface Estimate {
  readonly estimate: number;
  readonly ci95: [number, number] | null;
}

export interface Divergence {
  readonly tokens: number;
  /** Mean NLL of the model less the reference's, in nats a token. */
  readonly nllDifference: Estimate;
  readonly top1Agreement: Estimate;
  readonly kl?: {
    readonly mean: number;
    readonly ci95: [number, number] | null;
    readonly median: number;
    readonly p99: number;
    readonly max: number;
    readonly coverage: number;
  };
}

/** Compares token by token; intervals by the bootstrap over units. `undefined` without any token. */
export function divergenceOf(units: readonly PairedUnit[]): Divergence | undefined {
  const totals = units.filter(({ nlls }) => nlls.length > 0).map(totalsOf);
  const tokens = sum(totals.map((total) => total.tokens));
  if (tokens === 0) {
    return undefined;
  }
  return {
    tokens,
    nllDifference: estimate(totals, ({ nllDifference }) => nllDifference),
    top1Agreement: shareOf(totals),
    ...klOf(units, totals),
  };
}

interface Totals {
  readonly tokens: number;
  readonly nllDifference: number;
  readonly same: number;
  readonly kl: number;
  readonly coverage: number;
}

function totalsOf(unit: PairedUnit): Totals {
  const { nlls, referenceNlls, likeliest, referenceLikeliest, kl } = unit;
  const tokens = nlls.length;
  if ([referenceNlls, likeliest, referenceLikeliest].some((list) => list.length !== tokens)) {
    throw new RangeError('a unit is paired with one of another length');
  }
  return {
    tokens,
    nllDifference: sum(nlls.map((nll, index) => nll - (referenceNlls[index] ?? 0))),
    same: likeliest.filter((token, index) => token === referenceLikeliest[index]).length,
    kl: sum([...(kl?.values ?? [])]),
    coverage: (kl?.coverage ?? 0) * tokens,
  };
}

function estimate(totals: readonly Totals[], quantity: (total: Totals) => number): Estimate {
  return {
    estimate: ratioOf(totals, quantity),
    ci95: totals.length < 2 ? null : bootstrapInterval(totals, (drawn) => ratioOf(drawn, quantity)),
  };
}

/** Where all units agree, resampling claims certainty: Wilson's interval over units stands in. */
function shareOf(totals: readonly Totals[]): Estimate {
  const share = estimate(totals, ({ same }) => same);
  return share.ci95 !== null && share.ci95[0] === share.ci95[1]
    ? { ...share, ci95: wilsonInterval(share.estimate, totals.length) }
    : share;
}

function klOf(units: readonly PairedUnit[], totals: readonly Totals[]): Pick<Divergence, 'kl'> {
  if (units.some(({ nlls, kl }) => nlls.length > 0 && kl === undefined)) {
    return {};
  }
  const values = units.flatMap(({ kl }) => kl?.values ?? []);
  const { ci95 } = estimate(totals, ({ kl }) => kl);
  return {
    kl: {
      mean: mean(values),
      ci95,
      median: median(values),
      p99: quantile(values, 0.99),
      max: max(values),
      coverage: ratioOf(totals, ({ coverage }) => coverage),
    },
  };
}
