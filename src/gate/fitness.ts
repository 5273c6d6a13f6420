import { counted } from '../records/counted.ts';
import { environmentError, usageError } from '../records/error.ts';
import type { GateLimits } from '../records/gate-limits.ts';
import { LIMITS } from '../limits/index.ts';
import type { PlannedCell } from '../limits/limit.ts';
import { type ModelRecord, weightBytes } from '../records/model.ts';
import { isUnquantized } from '../compare/descent.ts';
import { askingDifferences, differenceText, isSameCell } from '../compare/differences.ts';
import type { CellEvidence } from '../compare/evidence.ts';
import { pairTasks, refuseOtherData } from '../compare/pairing.ts';

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
  const isTrial = isPartial(reference) || isPartial(candidate);
  refuseIncomplete(reference);
  if (candidate.stopped === undefined) {
    refuseIncomplete(candidate);
  }
  if (!isTrial) {
    refuseUnpaired(reference, candidate, pairs.size);
  }
  refuseEither({ reference, candidate }, limits);
  refuseOtherQuestion(reference, candidate);
  for (const limit of LIMITS) {
    limit.refuseSides(limits, { reference, candidate });
  }
}

/** Throws an `EvalkitError` for each of these reasons that the plans of two cells tell already. */
export function refuseUnlike(
  reference: PlannedCell,
  candidate: PlannedCell,
  limits: GateLimits,
): void {
  refuseNothingNew(reference, candidate);
  refuseOtherData(reference, candidate);
  refuseEither({ reference, candidate }, limits);
  refuseOtherQuestion(reference, candidate);
}

/** For what a limit cannot be held against on one side, by that side's plan alone. */
function refuseEither(
  { reference, candidate }: Readonly<Record<'reference' | 'candidate', PlannedCell>>,
  limits: GateLimits,
): void {
  for (const cell of [reference, candidate]) {
    for (const limit of LIMITS) {
      limit.refuseCell(limits, cell);
    }
  }
}

/** Whether a cell was asked a part of the tasks only: a gate on it is a trial, which decides nothing. */
export function isPartial({
  counts,
  dataset,
  stopped,
}: Pick<CellEvidence, 'counts' | 'dataset' | 'stopped'>): boolean {
  return stopped === undefined && counts.size < dataset.total;
}

/** Throws an `EvalkitError` for a cell that cannot be what later runs are held against. */
export function refuseUnfinished(
  evidence: CellEvidence,
  { aim, taker } = { aim: 'gate it', taker: 'a gate takes whole runs' },
): void {
  refuseIncomplete(evidence, aim);
  const { name, counts, dataset } = evidence;
  if (isPartial(evidence)) {
    throw usageError(
      `${name} is partial: ${counts.size} of ${dataset.total} tasks of ${dataset.name}; ${taker}, so run it without --tasks, --sample and --limit`,
    );
  }
}

/** Throws an `EvalkitError` for a cell that lacks verdicts, also where a rule ended it early. */
export function refuseIncomplete(evidence: CellEvidence, aim = 'gate it'): void {
  const { name, counts, dataset, missing, cell, samples, stopped } = evidence;
  const { verdicts, infrastructure } = missing;
  if (stopped !== undefined) {
    throw environmentError(
      `${name} was stopped by rule after ${counts.size} of ${dataset.total} tasks, so nothing can be held against it; finish its run without --sequential`,
    );
  }
  if (verdicts > 0) {
    const why =
      infrastructure > 0 ? `, ${infrastructure} for a failure that is not the model's` : '';
    throw environmentError(
      `${name} is incomplete: ${counted(verdicts, 'verdict is', 'verdicts are')} missing${why}; rerun the same command to resume, then ${aim}`,
    );
  }
  const odd = [...counts].find(([, count]) => count.samples !== samples);
  if (odd !== undefined) {
    throw usageError(
      `${name} has ${odd[1].samples} verdicts of ${odd[0]} where ${cell === undefined ? `other tasks have ${samples}; judge the same number of samples for each` : `its plan has ${samples}; restore its records`}`,
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

function refuseNothingNew(reference: PlannedCell, candidate: PlannedCell): void {
  const [was, is] = [reference.cell?.model, candidate.cell?.model];
  if (was === undefined || is === undefined) {
    return;
  }
  refuseUnquantized(was, is, candidate.name);
  if (isSameCell(reference.cell, candidate.cell)) {
    throw usageError(
      `${candidate.name} is the baseline ${reference.name} itself: same weights, decoding, draft, flash and cache settings; name a candidate that differs`,
    );
  }
}

/** Throws a usage error where the second is called a quantization of the first and is none. */
export function refuseUnquantized(was: ModelRecord, is: ModelRecord, name: string): void {
  if (was.variant !== undefined || is.variant !== undefined) {
    // What an engine makes of weights when it loads them is no file's size to tell: it is audited there.
    return;
  }
  const isRelabelled =
    was.weights.sha256 === is.weights.sha256 && was.quantization !== is.quantization;
  if (isRelabelled || isAsLargeAsItsSource(was, is) || isAsLargeAsUnquantized(was, is)) {
    throw usageError(
      `${name} is called ${is.quantization} and holds the weights of ${was.quantization}, no smaller: nothing was quantized; name another --model`,
    );
  }
}

/** Made of a file without becoming smaller; of unquantized weights, whatever it is held against. */
function isAsLargeAsItsSource(
  was: ModelRecord,
  { weights, provenance, quantization }: ModelRecord,
): boolean {
  const bytes = weightBytes(weights);
  return (
    'from' in provenance &&
    bytes !== undefined &&
    bytes >= provenance.from.bytes &&
    ([weights.sha256, was.weights.sha256].includes(provenance.from.sha256) ||
      (provenance.kind === 'quantized' && !isUnquantized(quantization)))
  );
}

/** Called a quantization of the same model, and no smaller than its unquantized weights. */
function isAsLargeAsUnquantized(was: ModelRecord, is: ModelRecord): boolean {
  if (!isUnquantized(was.quantization) || isUnquantized(is.quantization)) {
    return false;
  }
  const [before, after] = [was.tensors, is.tensors];
  const [bytesBefore, bytesAfter] = [weightBytes(was.weights), weightBytes(is.weights)];
  if (bytesBefore === undefined || bytesAfter === undefined) {
    return false;
  }
  if (before === undefined || after === undefined) {
    return was.base === is.base && bytesAfter >= bytesBefore;
  }
  return (
    (was.base === is.base || before.parameters === after.parameters) &&
    (bytesAfter >= bytesBefore || after.bitsPerWeight >= before.bitsPerWeight)
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
