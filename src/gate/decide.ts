import { holmAdjusted } from '../metrics/holm.ts';
import { type PairedDrop, pairedDrop, type TaskPair } from '../metrics/paired-drop.ts';
import { shareDraws } from '../records/decode.ts';
import { usageError } from '../records/error.ts';
import type { GateCell, GateReport } from '../records/gate.ts';
import type { GateLimits } from '../records/gate-limits.ts';
import type { GateVerdict } from '../records/gate-verdict.ts';
import type { RuleOutcome } from '../records/rule.ts';
import { circumstanceDifferences, differenceText } from '../compare/differences.ts';
import { noiseWarnings, unknownWriterWarnings } from '../compare/comparison-warnings.ts';
import { describeDescent } from '../compare/descent.ts';
import type { CellEvidence } from '../compare/evidence.ts';
import { firstLineOf } from '../compare/first-line.ts';
import { limitChecks, ruleChecks } from './checks.ts';
import { dropVerdict } from '../compare/drop-verdict.ts';
import { limitProblem } from '../limits/index.ts';
import { refuseUnfit } from './fitness.ts';
import { flipsOf } from '../compare/flips.ts';
import type { Flip } from '../records/comparison.ts';
import { pairTasks } from '../compare/pairing.ts';
import { trialOf } from './trial.ts';
import { settleText } from './settle.ts';
import { passRateOf } from './pass-rate.ts';
import { spentCell, verdictOfLooks } from './spent-cell.ts';
import { settledVerdict, stoppedCell } from './stopped-cell.ts';
import { worstOf } from './worst-of.ts';

export interface GateInput {
  /** The run as the user named it. */
  readonly run: string;
  readonly reference: CellEvidence;
  readonly candidates: readonly CellEvidence[];
  readonly limits: GateLimits;
  /** What users' rules say of the candidates. */
  readonly rules: readonly RuleOutcome[];
  readonly allowLossyReference: boolean;
  /** Candidates over which p values are adjusted, where those of other suites are among them. */
  readonly family?: number;
}

/** A candidate before p values are adjusted over the cells. */
interface Judged {
  readonly candidate: CellEvidence;
  readonly p: number;
  /** Absent for one that a rule stopped early, or whose looks spent their error. */
  readonly whole?: Whole;
}

/** A candidate with all tasks judged. */
interface Whole {
  readonly candidate: CellEvidence;
  readonly tasks: ReadonlyMap<string, TaskPair>;
  readonly drop: PairedDrop;
}

/**
 * Decides on candidates against a baseline, from records alone. Throws an `EvalkitError` where a
 * decision would rest on nothing; else every cell has its verdict, and the worst is the gate's.
 */
export function decideGate(input: GateInput): GateReport {
  const [report] = decideGates([input]);
  if (report === undefined) {
    throw new Error('a gate without a decision');
  }
  return report;
}

/** Decides on several suites at once: p values are adjusted over the candidates of all of them. */
export function decideGates(inputs: readonly GateInput[]): GateReport[] {
  const judged = inputs.map((input) => {
    refuseUndecidable(input);
    return judgeCandidates(input);
  });
  const adjusted = holmAdjusted(judged.flat().map(({ p }) => p));
  return inputs.map((input, index) => {
    const own = judged[index] ?? [];
    return reportOf(input, own, adjusted.splice(0, own.length));
  });
}

function reportOf(
  input: GateInput,
  judged: readonly Judged[],
  adjusted: readonly number[],
): GateReport {
  const { reference, candidates } = input;
  const trial = trialOf(input);
  // What part of the tasks was asked is nobody's sample: nothing that it shows is a decision.
  const cells = decideCells(input, judged, adjusted).map((cell) =>
    trial === undefined ? cell : { ...cell, verdict: 'inconclusive' as const },
  );
  return {
    version: 1,
    verdict: worstOf(cells.map(({ verdict }) => verdict)),
    ...(trial === undefined ? {} : { trial }),
    firstLine: firstLineOf(reference, candidates),
    candidate: input.run,
    baseline: {
      name: reference.name,
      cell: reference.id,
      passAt1: passRateOf([...reference.counts.values()]),
      noiseFloor: reference.noiseFloor ?? { notRun: 'no --noise-floor run of the baseline' },
    },
    limits: input.limits,
    ...(reference.metric === undefined ? {} : { metric: reference.metric }),
    cells,
    rules: [...input.rules],
    warnings: warningsOf(input),
  };
}

/**
 * Throws an `EvalkitError` where records leave nothing to decide on; before users' rules are asked
 * about them.
 */
export function refuseUndecidable(input: Omit<GateInput, 'rules'>): void {
  const { run, reference, candidates, limits } = input;
  // Limits reach this far from files and flags alike.
  const problem = limitProblem(limits);
  if (problem !== undefined) {
    throw usageError(problem);
  }
  if (candidates.length === 0) {
    throw usageError(`${run} has no candidate beside the baseline; name a run with one`);
  }
  for (const candidate of candidates) {
    refuseUnfit(reference, candidate, limits);
    if (hasEndedByRule(candidate)) {
      endedVerdict(candidate, input);
    }
  }
}

function judgeCandidates(input: GateInput): Judged[] {
  const { reference, candidates } = input;
  return candidates.map((candidate) => {
    if (hasEndedByRule(candidate)) {
      return { candidate, p: boundedP(candidate, input) };
    }
    const tasks = pairTasks(reference, candidate);
    const drop = pairedDrop([...tasks.values()]);
    return { candidate, p: drop.p.worse, whole: { candidate, tasks, drop } };
  });
}

function decideCells(
  input: GateInput,
  judged: readonly Judged[],
  adjusted: readonly number[],
): GateCell[] {
  return judged.map(({ candidate, whole }, index) =>
    whole !== undefined
      ? decideCell(whole, adjusted[index] ?? 1, input)
      : candidate.spending === undefined
        ? stoppedCell(candidate, input)
        : spentCell(candidate, input),
  );
}

/** Whether a rule decided on a cell during its run. */
function hasEndedByRule({ stopped, spending }: CellEvidence): boolean {
  return stopped !== undefined || spending !== undefined;
}

/** The verdict of such a cell, worked out again. Throws an `EvalkitError` where these limits leave it open. */
function endedVerdict(candidate: CellEvidence, input: Omit<GateInput, 'rules'>): GateVerdict {
  return candidate.spending === undefined
    ? settledVerdict(candidate, input)
    : verdictOfLooks(candidate, input);
}

/** Such a cell has no p value: only one that is certain to fail may be among the smallest. */
function boundedP(candidate: CellEvidence, input: GateInput): number {
  return endedVerdict(candidate, input) === 'fail' ? 0 : 1;
}

function decideCell({ candidate, tasks, drop }: Whole, pHolm: number, input: GateInput): GateCell {
  const pairs = [...tasks.values()];
  const { reference, limits, rules, allowLossyReference } = input;
  const { isReferenceLossy } = describeDescent(reference.cell?.model, candidate.cell?.model);
  const { checks: held, figures } = limitChecks(
    (limit) => limit.check(limits, { reference, candidate, pairs, drop, pHolm }),
    isReferenceLossy && !allowLossyReference,
  );
  const checks = [...held, ...ruleChecks(rules, candidate.id)];
  return {
    cell: candidate.id,
    verdict: worstOf(checks.map(({ verdict }) => verdict)),
    passAt1: passRateOf(pairs.map((pair) => pair.candidate)),
    tasks: drop.tasks,
    lost: drop.lost,
    gained: drop.gained,
    drop: { estimate: drop.estimate, ...drop.bounds(limits.confidence) },
    p: drop.p.worse,
    pHolm,
    ...figures,
    checks,
    flips: flipsOf(tasks, reference, candidate).map(whyFlipped),
    ...(dropVerdict(drop, limits, pHolm) === 'inconclusive'
      ? { settle: settleText(drop, pairs, { reference, candidate, limits }) }
      : {}),
  };
}

/** What the tests say of the side that fails; of a baseline file nothing is known. */
function whyFlipped({
  taskId,
  direction,
  reference,
  candidate,
}: Flip): NonNullable<GateCell['flips']>[number] {
  const { cause, detail } = (direction === 'lost' ? candidate : reference) ?? {};
  return {
    taskId,
    direction,
    ...(cause === undefined ? {} : { cause }),
    ...(detail === undefined ? {} : { detail }),
  };
}

function warningsOf({ reference, candidates, limits }: GateInput): string[] {
  const circumstances = candidates.flatMap((candidate) => {
    const differences = circumstanceDifferences(reference, candidate);
    return differences.length === 0
      ? []
      : [
          `${candidate.id}: measured under other circumstances than the baseline, which may tip a few verdicts: ${differences.map(differenceText).join(', ')}`,
        ];
  });
  const sampled = candidates.some(({ samples }) => samples !== reference.samples)
    ? ['baseline and candidate have different numbers of samples a task']
    : [];
  const apart = candidates.flatMap((candidate) =>
    candidate.samples > 1 &&
    candidate.cell !== undefined &&
    reference.cell !== undefined &&
    !shareDraws(reference.cell, candidate.cell)
      ? [
          `${candidate.id}: its draws are not shared with the baseline's (a server draws itself, and so did runs of before), so the drop has the variance of independent samples`,
        ]
      : [],
  );
  const unknown = candidates.flatMap((candidate) => unknownWriterWarnings(reference, candidate));
  return [
    ...new Set(unknown),
    ...circumstances,
    ...sampled,
    ...apart,
    ...noiseWarnings(reference, limits),
  ];
}
