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

/** A difference as `prompt mode (reference raw, candidate chat)`. */
export function differenceText({ what, reference, candidate }: Difference): string {
  return `${what} (reference ${reference}, candidate ${candidate})`;
}

/** What of a cell says how it is asked and judged: known before anything is generated. */
type Asked = Pick<CellEvidence, 'cell' | 'grading'>;

/**
 * What decides verdicts beside the weights and the settings under test: with another of these, pass
 * rates are figures of different things.
 */
export function askingDifferences(reference: Asked, candidate: Asked): Difference[] {
  return [
    ...betweenCells(reference, candidate, {
      'prompt mode': ({ prompt }) => prompt.mode,
      wording: ({ prompt }) =>
        prompt.mode === 'raw' ? 'none' : `${prompt.wording} ${sha256Json(prompt).slice(0, 8)}`,
      'stop list': ({ stop }) => JSON.stringify(stop),
      'token cap': ({ maxTokens }) => String(maxTokens),
    }),
    ...differing(reference, candidate, {
      language: ({ grading }) => grading.grader.name,
      grader: ({ grading }) => grading.grader.version,
      ...identityReaders(reference, candidate),
    }),
    // Nothing is taken out of samples, whose completions are what a run's extraction leaves.
    ...(reference.cell === undefined || candidate.cell === undefined
      ? []
      : differing(reference, candidate, { extraction: ({ grading }) => grading.extraction })),
  ];
}

/** What two cells have otherwise; nothing where one side is samples, of which nobody knows it. */
function betweenCells(
  { cell: reference }: Pick<CellEvidence, 'cell'>,
  { cell: candidate }: Pick<CellEvidence, 'cell'>,
  readers: Readonly<Record<string, (cell: CellPlan) => string>>,
): Difference[] {
  return reference === undefined || candidate === undefined
    ? []
    : differing(reference, candidate, readers);
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
  return [
    ...differing(reference, candidate, {
      'sandbox level': ({ grading }) => grading.grader.level,
      'time limit': ({ grading: { limits } }) => `${limits.timeoutMs} ms`,
      'memory limit': ({ grading: { limits } }) => `${limits.memoryBytes} bytes`,
      'answer limit': ({ grading: { limits } }) => `${limits.answerBytes} bytes`,
      runtime: ({ grading }) => grading.grader.runtime,
    }),
    ...betweenCells(reference, candidate, {
      engine: ({ engine }) => `${engine.name} ${engine.version}`,
      'sequences at once': ({ parallel }) => String(parallel),
      'engine settings': circumstancesOf,
    }),
    ...differing(reference, candidate, {
      cpu: ({ machine }) => machine.cpu,
      cores: ({ machine }) => String(machine.cores),
    }),
  ];
}

/**
 * True for the same weights under the same decoding, draft, settings and engine: two such cells differ by noise alone.
 */
export function isSameCell(
  reference: CellPlan | undefined,
  candidate: CellPlan | undefined,
): boolean {
  return (
    reference !== undefined &&
    candidate !== undefined &&
    identity(reference) === identity(candidate)
  );
}

/** True for a matrix's own cell of the baseline, which is not a candidate; under another label it is one. */
export function isBaselineItself(
  cell: CellPlan | undefined,
  baseline: CellPlan | undefined,
): boolean {
  return isSameCell(cell, baseline) && cell?.model.quantization === baseline?.model.quantization;
}

/**
 * True where a divergence that was measured from `subject` is one from the cell: the same weights
 * under the same settings. How tokens are chosen plays no part.
 */
export function isMeasuredFrom(
  { model, variant }: Pick<Subject, 'model' | 'variant'>,
  cell: CellPlan | undefined,
): boolean {
  return (
    cell !== undefined &&
    model.weights.sha256 === cell.model.weights.sha256 &&
    sha256Json(variant) === sha256Json(cell.variant)
  );
}

/** The settings that make no other candidate, in words. */
function circumstancesOf({ settings, variant }: CellPlan): string {
  const rest = Object.entries(settings).filter(([name]) => !(name in variant));
  return rest.map(([name, value]) => `${name} ${JSON.stringify(value)}`).join(', ');
}

function identity(cell: CellPlan): string {
  const { model, decode, engine, variant } = cell;
  return sha256Json({
    model: model.weights.sha256,
    decode: decodeKey(decode),
    draft: draftOf(cell)?.weights.sha256 ?? null,
    engine,
    variant,
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
