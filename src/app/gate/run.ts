import { isBaselineItself } from '../../compare/differences.ts';
import type { CellEvidence } from '../../compare/evidence.ts';
import { decideGate, refuseUndecidable } from '../../gate/decide.ts';
import { planGate } from '../../gate/plan.ts';
import type { GateOptions } from './options.ts';
import { type GivenLimits, limitsOf, loosenedLimits } from '../../limits/given.ts';
import { usageError } from '../../records/error.ts';
import type { GateReport, PlannedFlips } from '../../records/gate.ts';
import type { GateLimits } from '../../records/gate-limits.ts';
import type { RuleOutcome } from '../../records/rule.ts';
import { loadCandidates, type LoadedReference, loadReference } from './load-evidence.ts';

/** What of a gate's options its decision needs; also those of `evalkit humaneval --gate`. */
export type GateChoice = GivenLimits & Pick<GateOptions, 'baseline' | 'allowLossyReference'>;

/** `evalkit gate --plan`: which flips would pass. Throws where nothing could. */
export function runGatePlan(
  options: GateOptions,
  cwd: string,
): { readonly rows: PlannedFlips[]; readonly limits: GateLimits; readonly tasks: number } {
  const reference =
    options.baseline === undefined ? undefined : loadReference(options.baseline, cwd);
  const limits = limitsOf(options, reference?.baseline?.limits);
  const tasks = reference?.evidence.dataset.total ?? options.tasks;
  return { rows: planGate(limits, tasks, 1), limits, tasks };
}

/** The gate's decision on a run, from records alone. `ruled` asks users' rules about candidates. */
export async function runGate(
  run: string,
  choice: GateChoice,
  context: {
    readonly cwd: string;
    readonly ruled: (
      reference: CellEvidence,
      candidates: readonly CellEvidence[],
    ) => Promise<readonly RuleOutcome[]>;
  },
): Promise<GateReport> {
  const { cwd } = context;
  const { evidence: reference, baseline } = loadReference(choice.baseline ?? run, cwd);
  const candidates = candidatesOf(run, reference, cwd);
  const limits = limitsOf(choice, baseline?.limits);
  const { allowLossyReference } = choice;
  const asked = { run, reference, candidates, limits, allowLossyReference };
  refuseUndecidable(asked);
  const rules = await context.ruled(reference, candidates);
  const report = decideGate({ ...asked, rules });
  return { ...report, warnings: [...looserLimits(limits, baseline), ...report.warnings] };
}

/** The run's cells without the baseline's own, which a matrix has beside the others. */
function candidatesOf(run: string, reference: CellEvidence, cwd: string): CellEvidence[] {
  const all = loadCandidates(run, cwd);
  const others = all.filter(({ cell }) => !isBaselineItself(cell, reference.cell));
  if (others.length === 0) {
    throw usageError(
      `${run} holds nothing but the baseline ${reference.name} itself: same weights, decoding, draft, flash and cache settings; name a run with a candidate`,
    );
  }
  return others;
}

/** Says so where flags ask for less than the baseline file does. */
function looserLimits(limits: GateLimits, baseline: LoadedReference['baseline']): string[] {
  const loosened = baseline === undefined ? [] : loosenedLimits(limits, baseline.limits);
  return loosened.length === 0
    ? []
    : [`looser than the baseline file says: ${loosened.map(({ flag }) => flag).join(', ')}`];
}
