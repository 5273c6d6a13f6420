import { environmentError, usageError } from '../records/error.ts';
import type { GateLimits } from '../records/gate-limits.ts';
import { askingDifferences, differenceText, isMeasuredFrom, isSameCell } from './differences.ts';
import { samplesOf } from '../records/samples.ts';
import type { CellEvidence } from './evidence.ts';
import { pairTasks, refuseOtherData } from './pairing.ts';

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
  pairTasks(reference, candidate);
  for (const evidence of [reference, candidate]) {
    refuseUnfinished(evidence);
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

/** Throws an `EvalkitError` for a cell that lacks verdicts, unless a rule ended it early. */
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
    return;
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

function refuseWeakSandbox({ name, grading }: PlannedCell, { minSandbox }: GateLimits): void {
  if (
    minSandbox !== undefined &&
    LEVELS.indexOf(grading.sandboxLevel) < LEVELS.indexOf(minSandbox)
  ) {
    throw environmentError(
      `${name} was judged at sandbox level ${grading.sandboxLevel}, and --min-sandbox asks for ${minSandbox}; judge it where evalkit doctor finds that level`,
    );
  }
}

function refuseNothingNew(reference: PlannedCell, candidate: PlannedCell): void {
  const [was, is] = [reference.cell.model, candidate.cell.model];
  const isMadeOfIt =
    'from' in is.provenance &&
    [is.file.sha256, was.file.sha256].includes(is.provenance.from.sha256) &&
    is.file.bytes >= is.provenance.from.bytes;
  if (isMadeOfIt || (was.file.sha256 === is.file.sha256 && was.quantization !== is.quantization)) {
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
  const missing = [reference, candidate].find(({ times }) => times.tpotMs.size < 2);
  if (missing !== undefined) {
    throw usageError(
      `--max-tpot-ratio ${maxTpotRatio}: ${missing.name} has no latency pass of two tasks or more; run it with one`,
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
