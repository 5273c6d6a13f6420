import { compareAll } from '../../compare/compare-cells.ts';
import type { Comparison } from '../../records/comparison.ts';
import { isBaselineItself } from '../../compare/differences.ts';
import type { CellEvidence } from '../../compare/evidence.ts';
import { decideGates, type GateInput, refuseUndecidable } from '../../gate/decide.ts';
import { type CandidateFacts, ruleFacts, sampleFacts } from '../../gate/rule-facts.ts';
import { planGate } from '../../gate/plan.ts';
import { planSamples } from '../../gate/planned-samples.ts';
import type { GatePlan } from '../../gate/rendition.ts';
import { worstOf } from '../../gate/worst-of.ts';
import type { GateOptions } from './options.ts';
import { type GivenLimits, limitsOf, loosenedLimits, onCompletions } from '../../limits/given.ts';
import { usageError } from '../../records/error.ts';
import type { GateReport } from '../../records/gate.ts';
import type { GateLimits } from '../../records/gate-limits.ts';
import type { RuleOutcome } from '../../records/rule.ts';
import type { SuitesGate } from '../../records/suites.ts';
import type { SuiteRun } from '../suite-runs.ts';
import {
  candidatesIn,
  type LoadedReference,
  loadReference,
  loadReferences,
  type OpenRun,
  openRun,
  type Reading,
} from './load-evidence.ts';

/** What of a gate's options its decision needs; also those of `evalkit humaneval --gate`. */
export type GateChoice = GivenLimits &
  Pick<GateOptions, 'baseline' | 'metric' | 'allowLossyReference'>;

/** What a decision is made with. */
export interface GateContext {
  readonly cwd: string;
  /** Asks users' rules about candidates. */
  readonly ruled: (facts: readonly CandidateFacts[]) => Promise<readonly RuleOutcome[]>;
}

/** `evalkit gate --plan`: which flips would pass, and with a run what samples would find. Throws where nothing could. */
export function runGatePlan(options: GateOptions, cwd: string): GatePlan {
  const reference =
    options.baseline === undefined
      ? undefined
      : loadReference(options.baseline, { cwd, metric: options.metric });
  const limits = limitsOf(options, reference?.baseline?.limits);
  const tasks = reference?.evidence.dataset.total ?? options.tasks;
  const plan = { rows: planGate(limits, tasks, 1), limits, tasks };
  if (options.from === undefined) {
    return plan;
  }
  const reading = { cwd, metric: options.metric };
  const loaded = reference ?? loadReference(options.from, reading);
  const { candidates } = sidesOf({ run: options.from, loaded }, options, reading);
  return {
    ...plan,
    samples: candidates.map((candidate) =>
      planSamples(loaded.evidence, candidate, limits.confidence),
    ),
  };
}

/** The gate's decision on a run of one suite, from records alone. */
export async function runGate(
  run: string,
  choice: GateChoice,
  context: GateContext,
): Promise<GateReport> {
  const reading = { cwd: context.cwd, metric: choice.metric };
  const loaded = loadReference(choice.baseline ?? run, reading);
  const [report] = await decideOn([sidesOf({ run, loaded }, choice, reading)], context);
  if (report === undefined) {
    throw new Error('a gate without a decision');
  }
  return report;
}

/**
 * The gate's decision on several suites: one each, with p values adjusted over all of them. Limits on
 * more than completions are held against the first suite alone, with which the rest was measured.
 */
export async function runSuitesGate(
  runs: readonly SuiteRun[],
  choice: GateChoice,
  context: GateContext,
): Promise<SuitesGate> {
  const names = runs.map(({ name }) => name);
  const sides = sidesOfSuites(runs, choice, context.cwd).map((own, index) =>
    index === 0 ? own : { ...own, limits: onCompletions(own.limits) },
  );
  const reports = await decideOn(sides, context);
  return {
    version: 1,
    kind: 'suites',
    verdict: worstOf(reports.map(({ verdict }) => verdict)),
    suites: Object.fromEntries(
      reports.flatMap((report, index) => {
        const name = names[index];
        return name === undefined ? [] : [[name, report]];
      }),
    ),
  };
}

/** What each suite's cells are held against. */
function sidesOfSuites(runs: readonly SuiteRun[], choice: GateChoice, cwd: string): Sides[] {
  const reading = { cwd, metric: choice.metric };
  const names = runs.map(({ name }) => name);
  const baselines =
    choice.baseline === undefined ? undefined : loadReferences(choice.baseline, names, reading);
  return runs.map(({ name, run }) =>
    sidesOf({ run, loaded: baselines?.get(name) ?? loadReference(run, reading) }, choice, reading),
  );
}

/** A run's cells and what they are held against, before they are. */
interface Sides extends Omit<GateInput, 'rules'> {
  readonly opened: OpenRun;
  readonly baseline: LoadedReference['baseline'];
}

function sidesOf(
  { run, loaded }: { readonly run: string; readonly loaded: LoadedReference },
  choice: GateChoice,
  reading: Reading,
): Sides {
  const { evidence: reference, baseline, run: own } = loaded;
  const opened = choice.baseline === undefined && own !== undefined ? own : openRun(run, reading);
  return {
    run,
    reference,
    candidates: candidatesOf(opened, reference, run),
    limits: limitsOf(choice, baseline?.limits),
    allowLossyReference: choice.allowLossyReference,
    opened,
    baseline,
  };
}

async function decideOn(all: readonly Sides[], { ruled }: GateContext): Promise<GateReport[]> {
  const family = all.reduce((sum, { candidates }) => sum + candidates.length, 0);
  const inputs: GateInput[] = [];
  for (const { opened, baseline: _, ...asked } of all) {
    const { reference, candidates } = asked;
    refuseUndecidable({ ...asked, family });
    const rules = await ruled(
      opened.kind === 'samples'
        ? sampleFacts(opened.report, reference, candidates)
        : ruleFacts(opened.report, reference, candidates),
    );
    inputs.push({ ...asked, family, rules });
  }
  return decideGates(inputs).map((report, index) => ({
    ...report,
    warnings: [...looserLimits(report.limits, all[index]?.baseline), ...report.warnings],
  }));
}

/** What a decision rests on, task by task: for the formats that show flips. */
export function gateComparisons(run: string, choice: GateChoice, cwd: string): Comparison[] {
  const reading = { cwd, metric: choice.metric };
  const loaded = loadReference(choice.baseline ?? run, reading);
  return comparisonsOf(sidesOf({ run, loaded }, choice, reading));
}

/** The same of each suite, in their order. */
export function gateSuitesComparisons(
  runs: readonly SuiteRun[],
  choice: GateChoice,
  cwd: string,
): Comparison[][] {
  return sidesOfSuites(runs, choice, cwd).map(comparisonsOf);
}

function comparisonsOf({ reference, candidates, limits }: Sides): Comparison[] {
  const whole = candidates.filter(({ stopped }) => stopped === undefined);
  const [comparisons = []] =
    reference.stopped === undefined ? compareAll([{ reference, candidates: whole, limits }]) : [];
  return comparisons;
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
