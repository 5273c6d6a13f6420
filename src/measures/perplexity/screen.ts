import type { PerplexityCell, Screen } from '../../records/perplexity-report.ts';
import type { PerplexityPlan, Subject } from '../../records/perplexity.ts';
import { OTHER_TOKENIZER } from './columns.ts';

/** Names the solutions of a suite as a text: a plan with it is a screen. */
export const SOLUTION_FIELD = 'canonical_solution';

/** Whether a plan's text is that of a screen. */
export function isScreen({ text }: PerplexityPlan): boolean {
  return text.field === SOLUTION_FIELD && text.after !== undefined;
}

/**
 * The cells with what a screen makes of each: whether its file is damaged. What it does not see is no
 * proof of anything, so that there is no verdict but `damaged` and `no damage seen`.
 */
export function withScreens(
  plan: PerplexityPlan,
  cells: readonly PerplexityCell[],
): PerplexityCell[] {
  const reference = plan.subjects.find(({ id }) => id === plan.reference);
  return cells.map((cell) => {
    const subject = plan.subjects.find(({ id }) => id === cell.id);
    const checks =
      reference === undefined || subject === undefined || subject.id === reference.id
        ? []
        : [
            ...scoreChecks(
              cell,
              cells.find(({ id }) => id === reference.id),
            ),
            ...templateChecks(subject, reference),
          ];
    return checks.length === 0 ? cell : { ...cell, screen: screenOf(checks) };
  });
}

type Check = Screen['checks'][number];

function screenOf(checks: readonly Check[]): Screen {
  const isDamaged = checks.some(({ isDamage }) => isDamage);
  return { verdict: isDamaged ? 'damaged' : 'no damage seen', checks: [...checks] };
}

/**
 * Nats a token: what a 4-bit file measured against 8 bits of the same weights (docs/benchmarks.md: q4_0 of a
 * model of 0.5 billion weights, n = 1,275 tokens of Python). A file of 8 bits and more that is as far off is
 * not what its name says. Larger models diverge less.
 */
const KL_OF_FOUR_BITS = 0.0224;

/**
 * Fewer bits than 8 have no one limit that sound files keep: theirs is as many nats as the reference itself
 * needs for a token. A file that is further off than that says nothing of what the reference knows.
 */
function limitOf({ quantization }: PerplexityCell, reference: PerplexityCell | undefined): Limit {
  if (bitsOf(quantization) >= 8) {
    return { kl: KL_OF_FOUR_BITS, what: 'that 4 bits of a small model measured' };
  }
  const own = reference?.perplexity;
  return own === undefined || 'notRun' in own
    ? { kl: Infinity, what: 'of a reference without figures' }
    : { kl: Math.log(own.micro), what: 'that the reference itself needs for a token' };
}

interface Limit {
  readonly kl: number;
  readonly what: string;
}

function scoreChecks(cell: PerplexityCell, reference: PerplexityCell | undefined): Check[] {
  const { divergence } = cell;
  if (divergence === undefined) {
    return [];
  }
  if ('notRun' in divergence) {
    return divergence.notRun.endsWith(OTHER_TOKENIZER)
      ? [{ name: 'tokens', isDamage: true, detail: `${divergence.notRun}: another model's file` }]
      : [];
  }
  const { kl, tokens, rows } = divergence;
  if (kl === undefined) {
    return [];
  }
  const limit = limitOf(cell, reference);
  const surely = kl.ci95?.[0] ?? kl.mean;
  const interval = kl.ci95 === null ? '' : `, 95 % interval ${kl.ci95.map(nats).join(' to ')}`;
  return [
    {
      name: 'KL',
      isDamage: surely > limit.kl,
      detail: `${nats(kl.mean)} nats a token${interval}, n = ${rows} solutions with ${tokens} tokens; ${surely > limit.kl ? 'all of it over' : 'not shown to be over'} the ${nats(limit.kl)} ${limit.what}`,
    },
  ];
}

/** As the name of a quantization says: q4_k_m 4, f16 16, int8 8; nothing: 0. */
function bitsOf(quantization: string): number {
  return Number(/\d+/.exec(quantization)?.[0] ?? 0);
}

function nats(value: number): string {
  return value.toPrecision(3);
}

function templateChecks(own: Subject, reference: Subject): Check[] {
  const templates = [own.templateSha256, reference.templateSha256];
  if (own.engine.name !== reference.engine.name || templates.every((hash) => hash === undefined)) {
    return [];
  }
  const isDamage = own.templateSha256 !== reference.templateSha256;
  return [
    {
      name: 'chat template',
      isDamage,
      detail: isDamage
        ? `${shortHash(own.templateSha256)}, the reference's ${shortHash(reference.templateSha256)}: it would be asked in other words than the reference`
        : "the reference's own",
    },
  ];
}

function shortHash(hash: string | undefined): string {
  return hash === undefined ? 'none' : `sha256 ${hash.slice(0, 12)}…`;
}
