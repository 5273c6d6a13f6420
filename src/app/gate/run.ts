import { compareAll } from '../../compare/compare-cells.ts';
import type { Comparison } from '../../records/comparison.ts';
import { isBaselineItself } from '../../compare/differences.ts';
import type { CellEvidence } from '../../compare/evidence.ts';
import { decideGate, refuseUndecidable } from '../../gate/decide.ts';
import { type CandidateFacts, ruleFacts, sampleFacts } from '../../gate/rule-facts.ts';
import { planGate } from '../../gate/plan.ts';
import type { GateOptions } from './options.ts';
import { type GivenLimits, limitsOf, loosenedLimits } from '../../limits/given.ts';
import { usageError } from '../../records/error.ts';
import type { GateReport, PlannedFlips } from '../../records/gate.ts';
import type { GateLimits } from '../../records/gate-limits.ts';
import type { RuleOutcome } from '../../records/rule.ts';
import {
  candidatesIn,
  type LoadedReference,
  loadReference,
  type OpenRun,
  openRun,
} from './load-evidence.ts';

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
    readonly ruled: (facts: readonly CandidateFacts[]) => Promise<readonly RuleOutcome[]>;
  },
): Promise<GateReport> {
  const { reference, candidates, baseline, opened, limits } = gateEvidence(
    run,
    choice,
    context.cwd,
  );
  const { allowLossyReference } = choice;
  const asked = { run, reference, candidates, limits, allowLossyReference };
  refuseUndecidable(asked);
  const rules = await context.ruled(
    opened.kind === 'samples'
      ? sampleFacts(opened.report, reference, candidates)
      : ruleFacts(opened.report, reference, candidates),
  );
  const report = decideGate({ ...asked, rules });
  return { ...report, warnings: [...looserLimits(limits, baseline), ...report.warnings] };
}

/** What a decision rests on, task by task: for the formats that show flips. */
export function gateComparisons(run: string, choice: GateChoice, cwd: string): Comparison[] {
  const { reference, candidates, limits } = gateEvidence(run, choice, cwd);
  const whole = candidates.filter(({ stopped }) => stopped === undefined);
  return reference.stopped === undefined ? compareAll(reference, whole, limits) : [];
}

function gateEvidence(run: string, choice: GateChoice, cwd: string) {
  const { evidence: reference, baseline, run: own } = loadReference(choice.baseline ?? run, cwd);
  const opened = choice.baseline === undefined && own !== undefined ? own : openRun(run, cwd);
  const candidates = candidatesOf(opened, reference, run);
  return { reference, candidates, baseline, opened, limits: limitsOf(choice, baseline?.limits) };
}

/** The run's cells without the baseline's own, which a matrix has beside the others. */
function candidatesOf(opened: OpenRun, reference: CellEvidence, run: string): CellEvidence[] {
  const others = candidatesIn(opened).filter(
    ({ cell, recordsSha256 }) =>
      !isBaselineItself(cell, reference.cell) &&
      (cell !== undefined || recordsSha256 !== reference.recordsSha256),
  );
  if (others.length === 0) {
    throw usageError(
      reference.cell === undefined
        ? `${run} holds the samples of the baseline ${reference.name} itself; name with --baseline another run of evalkit judge`
        : `${run} holds nothing but the baseline ${reference.name} itself: same weights, decoding, draft, flash and cache settings; name a run with a candidate`,
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
