import { detectableDrop } from '../metrics/detectable-drop.ts';
import { holmAdjusted } from '../metrics/holm.ts';
import { type PairedDrop, pairedDrop, dropOf, type TaskPair } from '../metrics/paired-drop.ts';
import { pairedRatio } from '../metrics/paired-ratio.ts';
import { meanPassAtK } from '../metrics/pass-at-k.ts';
import type { Comparison } from '../records/comparison.ts';
import { usageError } from '../records/error.ts';
import type { GateLimits } from '../records/gate-limits.ts';
import { comparisonWarnings } from './comparison-warnings.ts';
import { describeDescent } from './descent.ts';
import { isMeasuredFrom } from './differences.ts';
import { dropVerdict, verdictDistance } from './drop-verdict.ts';
import type { CellEvidence } from './evidence.ts';
import { flipsOf } from './flips.ts';
import { isLooping } from './looping.ts';
import { pairTasks } from './pairing.ts';
import { sizeRatioOf } from './size-ratio.ts';

/** Of a two-sided 95 % interval, each bound. */
const ONE_SIDED_OF_95 = 0.975;

/** Candidates and what they are compared with. */
export interface ToCompare {
  readonly reference: CellEvidence;
  readonly candidates: readonly CellEvidence[];
  readonly limits: GateLimits;
}

/**
 * Compares the candidates of each with its reference; the p values are adjusted over all candidates of
 * all of them.
 */
export function compareAll(all: readonly ToCompare[]): Comparison[][] {
  const compared = all.map(({ reference, candidates, limits }) =>
    candidates.map((candidate) => compareCells(reference, candidate, limits)),
  );
  const adjusted = holmAdjusted(compared.flat().map(({ p }) => p)).values();
  return compared.map((comparisons) =>
    comparisons.map((comparison) => ({
      ...comparison,
      pHolm: adjusted.next().value ?? comparison.p,
    })),
  );
}

/** Compares two cells over the tasks that both have. Throws an `EvalkitError` for what makes no sense. */
export function compareCells(
  reference: CellEvidence,
  candidate: CellEvidence,
  limits: GateLimits,
): Comparison {
  refuseStopped([reference, candidate]);
  const tasks = pairTasks(reference, candidate);
  const pairs = [...tasks.values()];
  const drop = pairedDrop(pairs);
  const flips = flipsOf(tasks, reference, candidate);
  return {
    reference: sideOf(reference, tasks, 'reference'),
    candidate: sideOf(candidate, tasks, 'candidate'),
    descent: describeDescent(reference.cell?.model, candidate.cell?.model).text,
    tasks: drop.tasks,
    samples: [reference.samples, candidate.samples],
    difference: differenceOf(drop),
    p: drop.p.twoSided,
    pHolm: drop.p.twoSided,
    lost: drop.lost,
    gained: drop.gained,
    flips,
    detectableDrop: detectableDrop(pairs.map(dropOf), limits.confidence),
    verdict: dropVerdict(drop, limits),
    distance: verdictDistance(pairs, limits),
    ttftRatio: timeRatio(reference, candidate, 'ttftMs'),
    tpotRatio: timeRatio(reference, candidate, 'tpotMs'),
    sizeRatio: sizeRatioOf(reference.cell?.model, candidate.cell?.model),
    divergence: divergenceFrom(reference, candidate),
    noiseFloor: reference.noiseFloor ?? { notRun: 'no --noise-floor run of the reference' },
    warnings: comparisonWarnings({ reference, candidate, tasks, flips, limits }),
  };
}

/** Which tasks a stopped cell was asked depended on its completions: it has no pass rate. */
function refuseStopped(cells: readonly CellEvidence[]): void {
  const found = cells.find(({ stopped }) => stopped !== undefined);
  if (found?.stopped !== undefined) {
    const { judged, tasks } = found.stopped;
    throw usageError(
      `${found.name} was stopped by rule after ${judged} of ${tasks} tasks and has no pass rate to compare; finish its run without --sequential, or leave the decision to evalkit gate`,
    );
  }
}

function differenceOf(drop: PairedDrop): Comparison['difference'] {
  const { lower, upper } = drop.bounds(ONE_SIDED_OF_95);
  return { estimate: -drop.estimate + 0, ci95: [-upper, -lower], method: drop.method };
}

function sideOf(
  evidence: CellEvidence,
  tasks: ReadonlyMap<string, TaskPair>,
  side: keyof TaskPair,
): Comparison['reference'] {
  const counts = [...tasks.values()].map((pair) => pair[side]);
  const passed = counts.reduce((sum, count) => sum + count.passed, 0);
  const total = counts.reduce((sum, count) => sum + count.samples, 0);
  const rate = meanPassAtK(counts, 1);
  if (rate === undefined) {
    throw new RangeError(`${evidence.name} has a task without completions`);
  }
  const completions = [...evidence.completions].flatMap(([taskId, own]) =>
    tasks.has(taskId) ? own : [],
  );
  const truncated = completions.filter(({ completion }) => completion.stopReason === 'max-tokens');
  return {
    name: evidence.name,
    cell: evidence.id,
    ...(evidence.cell === undefined ? {} : { weights: evidence.cell.model.weights }),
    passAt1: {
      passed,
      total,
      samples: counts[0]?.samples ?? 1,
      estimate: rate.estimate,
      ci95: [...rate.ci95],
    },
    truncated: truncated.length,
    looping: truncated.filter(({ completion }) => isLooping(completion)).length,
    completions: completions.length,
    perplexity: evidence.report?.perplexity ?? {
      notRun:
        evidence.cell === undefined
          ? 'judged samples have no perplexity'
          : 'a baseline file holds no perplexity',
    },
  };
}

function timeRatio(
  reference: CellEvidence,
  candidate: CellEvidence,
  figure: keyof CellEvidence['times'],
): Comparison['tpotRatio'] {
  const missing = [reference, candidate].find(({ times }) => times[figure].size === 0);
  if (missing !== undefined) {
    return { notRun: `no latency pass of ${missing.name}` };
  }
  const ratio = pairedRatio(candidate.times[figure], reference.times[figure], ONE_SIDED_OF_95);
  return ratio === undefined
    ? { notRun: 'fewer than two tasks were timed on both' }
    : { n: ratio.n, estimate: ratio.estimate, ci95: [ratio.lower, ratio.upper] };
}

/** The candidate's divergence, where its own run measured it from this very reference. */
function divergenceFrom(
  reference: CellEvidence,
  { report, divergedFrom }: CellEvidence,
): Comparison['divergence'] {
  const divergence = report?.divergence ?? { notRun: 'no perplexity pass' };
  return 'notRun' in divergence ||
    (divergedFrom !== undefined && isMeasuredFrom(divergedFrom, reference.cell))
    ? divergence
    : { notRun: `measured from ${divergence.reference}, not from ${reference.id}` };
}
