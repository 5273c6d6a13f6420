import { environmentError, usageError } from '../records/error.ts';
import type { GateLimits } from '../records/gate-limits.ts';
import type { ModelRecord } from '../records/model.ts';
import { isUnquantized } from '../compare/descent.ts';
import {
  askingDifferences,
  differenceText,
  isMeasuredFrom,
  isSameCell,
} from '../compare/differences.ts';
import { samplesOf } from '../records/decode.ts';
import type { CellEvidence } from '../compare/evidence.ts';
import { pairTasks, refuseOtherData } from '../compare/pairing.ts';

/** A bootstrap over fewer timed tasks than this is too narrow to decide on. */
export const LEAST_TIMED_TASKS = 8;

/** Levels of the sandbox from the weakest. */
const LEVELS: readonly string[] = ['L1', 'L2', 'L3'];

/**
 * Throws an `EvalkitError` for every reason why a decision about these two cells would rest on
 * nothing: a gate that cannot decide must never look like one that passed.
 */
export function refuseUnfit(
  reference: CellEvidence,
  candidate: CellEvidence,
  limits: GateLimits,
): void {
  refuseNothingNew(reference, candidate);
  const pairs = pairTasks(reference, candidate);
  refuseUnfinished(reference);
  if (candidate.stopped === undefined) {
    refuseUnfinished(candidate);
  }
  refuseUnpaired(reference, candidate, pairs.size);
  for (const evidence of [reference, candidate]) {
    refuseWeakSandbox(evidence, limits);
  }
  refuseOtherQuestion(reference, candidate);
  refuseMissingTimes(reference, candidate, limits);
  refuseMissingDivergence(reference, candidate, limits);
}

/** What is known of a cell before anything is generated. */
export type PlannedCell = Pick<CellEvidence, 'name' | 'cell' | 'dataset' | 'grading'>;

/** Throws an `EvalkitError` for each of these reasons that the plans of two cells tell already. */
export function refuseUnlike(
  reference: PlannedCell,
  candidate: PlannedCell,
  limits: GateLimits,
): void {
  refuseNothingNew(reference, candidate);
  refuseOtherData(reference, candidate);
  refuseWeakSandbox(reference, limits);
  refuseWeakSandbox(candidate, limits);
  refuseOtherQuestion(reference, candidate);
}

/** Throws an `EvalkitError` for a cell that lacks verdicts, also where a rule ended it early. */
export function refuseUnfinished({
  name,
  counts,
  dataset,
  owedOf,
  cell,
  stopped,
}: CellEvidence): void {
  const { owed, infrastructure } = owedOf;
  if (stopped !== undefined) {
    throw environmentError(
      `${name} was stopped by rule after ${counts.size} of ${dataset.total} tasks, so nothing can be held against it; finish its run without --sequential`,
    );
  }
  if (owed > 0) {
    const why =
      infrastructure > 0 ? `, ${infrastructure} for a failure that is not the model's` : '';
    throw environmentError(
      `${name} is incomplete: ${owed} verdicts are owed${why}; finish the run with the same command, then gate it`,
    );
  }
  if (counts.size !== dataset.total) {
    throw usageError(
      `${name} is partial: ${counts.size} of ${dataset.total} tasks of ${dataset.name}; a gate takes whole runs, so run it without --tasks and --limit`,
    );
  }
  const samples = samplesOf(cell);
  const odd = [...counts].find(([, count]) => count.samples !== samples);
  if (odd !== undefined) {
    throw usageError(
      `${name} has ${odd[1].samples} verdicts of ${odd[0]} where its plan has ${samples}; restore its records`,
    );
  }
}

/** Two whole cells may still know different tasks, as where an id in a baseline file is misspelt. */
function refuseUnpaired(reference: CellEvidence, candidate: CellEvidence, pairs: number): void {
  const [there, here] = [reference.dataset.total, candidate.dataset.total];
  if (pairs !== candidate.counts.size || pairs > there || there !== here) {
    throw usageError(
      `${candidate.name} has ${candidate.counts.size} of ${here} tasks, and ${pairs} of them are among the ${there} of ${reference.name}; hold it against a baseline of the same tasks`,
    );
  }
}

function refuseWeakSandbox({ name, grading }: PlannedCell, { minSandbox }: GateLimits): void {
  if (
    minSandbox !== undefined &&
    LEVELS.indexOf(grading.grader.level) < LEVELS.indexOf(minSandbox)
  ) {
    throw environmentError(
      `${name} was judged at sandbox level ${grading.grader.level}, and --min-sandbox asks for ${minSandbox}; judge it where evalkit doctor finds that level`,
    );
  }
}

function refuseNothingNew(reference: PlannedCell, candidate: PlannedCell): void {
  const [was, is] = [reference.cell.model, candidate.cell.model];
  const isRelabelled = was.file.sha256 === is.file.sha256 && was.quantization !== is.quantization;
  if (isRelabelled || isAsLargeAsItsSource(was, is) || isAsLargeAsUnquantized(was, is)) {
    throw usageError(
      `${candidate.name} is called ${is.quantization} and holds the weights of ${was.quantization}, no smaller: nothing was quantized; name another --model`,
    );
  }
  if (isSameCell(reference.cell, candidate.cell)) {
    throw usageError(
      `${candidate.name} is the baseline ${reference.name} itself: same weights, decoding, draft, flash and cache settings; name a candidate that differs`,
    );
  }
}

/** Made of a file without becoming smaller; of unquantized weights, whatever it is held against. */
function isAsLargeAsItsSource(was: ModelRecord, { file, provenance, quantization }: ModelRecord) {
  return (
    'from' in provenance &&
    file.bytes >= provenance.from.bytes &&
    ([file.sha256, was.file.sha256].includes(provenance.from.sha256) ||
      (provenance.kind === 'quantized' && !isUnquantized(quantization)))
  );
}

/** Called a quantization of the same model, and no smaller than its unquantized weights. */
function isAsLargeAsUnquantized(was: ModelRecord, is: ModelRecord): boolean {
  if (!isUnquantized(was.quantization) || isUnquantized(is.quantization)) {
    return false;
  }
  const [before, after] = [was.tensors, is.tensors];
  if (before === undefined || after === undefined) {
    return was.base === is.base && is.file.bytes >= was.file.bytes;
  }
  return (
    (was.base === is.base || before.parameters === after.parameters) &&
    (is.file.bytes >= was.file.bytes || after.bitsPerWeight >= before.bitsPerWeight)
  );
}

function refuseOtherQuestion(reference: PlannedCell, candidate: PlannedCell): void {
  const [difference] = askingDifferences(reference, candidate);
  if (difference !== undefined) {
    throw usageError(
      `${candidate.name} was asked or judged otherwise than ${reference.name}: ${differenceText(difference)}; run both alike, or write the baseline anew`,
    );
  }
}

function refuseMissingTimes(
  reference: CellEvidence,
  candidate: CellEvidence,
  { maxTpotRatio }: GateLimits,
): void {
  if (maxTpotRatio === undefined) {
    return;
  }
  for (const { name, report } of [reference, candidate]) {
    if (report !== undefined && report.timingsOwed > 0) {
      throw environmentError(
        `--max-tpot-ratio ${maxTpotRatio}: ${report.timingsOwed} timings of ${name} are owed; finish the run with the same command, then gate it`,
      );
    }
  }
  const common = [...reference.times.tpotMs].flatMap(([taskId, before]) => {
    const after = candidate.times.tpotMs.get(taskId);
    return after === undefined ? [] : [{ taskId, times: [before, after] }];
  });
  if (common.length < LEAST_TIMED_TASKS) {
    throw usageError(
      `--max-tpot-ratio ${maxTpotRatio}: ${reference.name} and ${candidate.name} have ${common.length} timed tasks in common (${reference.times.tpotMs.size} and ${candidate.times.tpotMs.size} have a TPOT), and ${LEAST_TIMED_TASKS} are needed; run both with the same --latency-tasks`,
    );
  }
  const timeless = common.find(({ times }) => !times.every((time) => time > 0 && time < Infinity));
  if (timeless !== undefined) {
    throw usageError(
      `--max-tpot-ratio ${maxTpotRatio}: a TPOT of ${timeless.times.join(' and ')} ms at ${timeless.taskId} is no time above 0; time ${reference.name} and ${candidate.name} again`,
    );
  }
  const [there, here] = [reference.machine, candidate.machine];
  if (there.cpu !== here.cpu || there.cores !== here.cores) {
    throw usageError(
      `--max-tpot-ratio ${maxTpotRatio}: ${reference.name} was timed on ${there.cores} cores of ${there.cpu}, ${candidate.name} on ${here.cores} of ${here.cpu}; time both on one machine`,
    );
  }
}

function refuseMissingDivergence(
  reference: CellEvidence,
  { name, report, divergedFrom }: CellEvidence,
  { maxKl }: GateLimits,
): void {
  if (maxKl === undefined) {
    return;
  }
  const divergence = report?.divergence ?? { notRun: 'no perplexity pass' };
  const reason =
    'notRun' in divergence
      ? divergence.notRun
      : divergedFrom === undefined || !isMeasuredFrom(divergedFrom, reference.cell)
        ? `its divergence was measured from ${divergence.reference}, which is not the baseline`
        : divergence.kl === undefined || !Number.isFinite(divergence.kl.mean)
          ? 'it has no finite KL divergence'
          : undefined;
  if (reason !== undefined) {
    throw usageError(
      `--max-kl ${maxKl}: nothing to hold against it in ${name}: ${reason}; measure perplexity beside the baseline's weights in that run`,
    );
  }
}
