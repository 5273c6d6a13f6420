import { sha256Json } from '../records/hash.ts';
import { decodeKey, draftOf } from '../records/decode.ts';
import type { Subject } from '../records/perplexity.ts';
import type { CellPlan } from '../records/plan.ts';
import type { CellEvidence } from './evidence.ts';

/** Something that two cells have otherwise, in words. */
export interface Difference {
  readonly what: string;
  readonly reference: string;
  readonly candidate: string;
}

/** A difference as `prompt mode (raw there, chat here)`. */
export function differenceText({ what, reference, candidate }: Difference): string {
  return `${what} (${reference} there, ${candidate} here)`;
}

/** What of a cell says how it is asked and judged: known before anything is generated. */
type Asked = Pick<CellEvidence, 'cell' | 'grading'>;

/**
 * What decides verdicts beside the weights and the settings under test: with another of these, pass
 * rates are figures of different things.
 */
export function askingDifferences(reference: Asked, candidate: Asked): Difference[] {
  return differing(reference, candidate, {
    'prompt mode': ({ cell }) => cell.prompt.mode,
    wording: ({ cell: { prompt } }) =>
      prompt.mode === 'raw' ? 'none' : `${prompt.wording} ${sha256Json(prompt).slice(0, 8)}`,
    'stop list': ({ cell }) => JSON.stringify(cell.stop),
    'token cap': ({ cell }) => String(cell.maxTokens),
    language: ({ grading }) => grading.grader.name,
    grader: ({ grading }) => grading.grader.version,
    extraction: ({ grading }) => grading.extraction,
    ...identityReaders(reference, candidate),
  });
}

/** A reader for each thing that either grader says of itself, as the packages that samples may import. */
function identityReaders(...sides: readonly Asked[]): Record<string, (side: Asked) => string> {
  const names = new Set(sides.flatMap(({ grading }) => Object.keys(grading.grader.identity)));
  return Object.fromEntries(
    [...names].map((name) => [
      name,
      ({ grading }: Asked) => identityText(grading.grader.identity[name]),
    ]),
  );
}

function identityText(value: unknown): string {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) {
    return 'none';
  }
  return Array.isArray(value) ? value.join(', ') : JSON.stringify(value);
}

/** What may tip a few verdicts, and is worth knowing. */
export function circumstanceDifferences(
  reference: CellEvidence,
  candidate: CellEvidence,
): Difference[] {
  return differing(reference, candidate, {
    'sandbox level': ({ grading }) => grading.grader.level,
    'time limit': ({ grading: { limits } }) => `${limits.timeoutMs} ms`,
    'memory limit': ({ grading: { limits } }) => `${limits.memoryBytes} bytes`,
    'answer limit': ({ grading: { limits } }) => `${limits.answerBytes} bytes`,
    runtime: ({ grading }) => grading.grader.runtime,
    engine: ({ cell: { engine } }) => `${engine.name} ${engine.version}`,
    'sequences at once': ({ cell }) => String(cell.settings.parallel),
    'batch size': ({ cell }) => String(cell.settings.batchSize),
    cpu: ({ machine }) => machine.cpu,
    cores: ({ machine }) => String(machine.cores),
  });
}

/**
 * True for the same weights under the same decoding, draft, flash, cache, device and engine: two
 * such cells differ by noise alone.
 */
export function isSameCell(reference: CellPlan, candidate: CellPlan): boolean {
  return identity(reference) === identity(candidate);
}

/** True for a matrix's own cell of the baseline, which is no candidate; under another label it is one. */
export function isBaselineItself(cell: CellPlan, baseline: CellPlan): boolean {
  return isSameCell(cell, baseline) && cell.model.quantization === baseline.model.quantization;
}

/**
 * True where a divergence that was measured from `subject` is one from the cell: the same weights
 * under the same flash, cache and device settings. How tokens are chosen plays no part.
 */
export function isMeasuredFrom(
  { model, settings }: Pick<Subject, 'model' | 'settings'>,
  cell: CellPlan,
): boolean {
  return (
    model.file.sha256 === cell.model.file.sha256 &&
    settings.flash === cell.settings.flash &&
    settings.cacheTypeK === cell.settings.cacheTypeK &&
    settings.cacheTypeV === cell.settings.cacheTypeV &&
    settings.gpuLayers === cell.settings.gpuLayers
  );
}

function identity(cell: CellPlan): string {
  const { model, decode, engine, settings } = cell;
  const { flash, cacheTypeK, cacheTypeV, gpuLayers } = settings;
  return sha256Json({
    model: model.file.sha256,
    decode: decodeKey(decode),
    draft: draftOf(cell)?.file.sha256 ?? null,
    engine,
    settings: { flash, cacheTypeK, cacheTypeV, gpuLayers },
  });
}

function differing<T>(
  reference: T,
  candidate: T,
  readers: Readonly<Record<string, (evidence: T) => string>>,
): Difference[] {
  return Object.entries(readers).flatMap(([what, read]) => {
    const [there, here] = [read(reference), read(candidate)];
    return there === here ? [] : [{ what, reference: there, candidate: here }];
  });
}
