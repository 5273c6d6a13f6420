import { decodeKey, sha256Json } from '../records/keys.ts';
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

/**
 * What decides verdicts beside the weights and the settings under test: with another of these, pass
 * rates are figures of different things.
 */
export function askingDifferences(reference: CellEvidence, candidate: CellEvidence): Difference[] {
  return differing(reference, candidate, {
    'prompt mode': ({ cell }) => cell.prompt.mode,
    wording: ({ cell: { prompt } }) =>
      prompt.mode === 'raw' ? 'none' : `${prompt.wording} ${sha256Json(prompt).slice(0, 8)}`,
    'stop list': ({ cell }) => JSON.stringify(cell.stop),
    'token cap': ({ cell }) => String(cell.maxTokens),
    grader: ({ grading }) => grading.graderVersion,
    extraction: ({ grading }) => grading.extractionVersion,
    packages: ({ grading }) => grading.packages.join(', ') || 'none',
  });
}

/** What may tip a few verdicts, and is worth knowing. */
export function circumstanceDifferences(
  reference: CellEvidence,
  candidate: CellEvidence,
): Difference[] {
  return differing(reference, candidate, {
    'sandbox level': ({ grading }) => grading.sandboxLevel,
    'time limit': ({ grading }) => `${grading.timeoutMs} ms`,
    'memory limit': ({ grading }) => `${grading.memoryBytes} bytes`,
    'answer limit': ({ grading }) => `${grading.answerBytes} bytes`,
    Python: ({ grading }) => grading.python,
    'hash seed': ({ grading }) => String(grading.hashSeed),
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

function identity({ model, decode, engine, settings }: CellPlan): string {
  const { flash, cacheTypeK, cacheTypeV, gpuLayers } = settings;
  return sha256Json({
    model: model.file.sha256,
    decode: decodeKey(decode),
    draft: decode.mode === 'assisted' ? decode.draft.file.sha256 : null,
    engine,
    settings: { flash, cacheTypeK, cacheTypeV, gpuLayers },
  });
}

function differing(
  reference: CellEvidence,
  candidate: CellEvidence,
  readers: Readonly<Record<string, (evidence: CellEvidence) => string>>,
): Difference[] {
  return Object.entries(readers).flatMap(([what, read]) => {
    const [there, here] = [read(reference), read(candidate)];
    return there === here ? [] : [{ what, reference: there, candidate: here }];
  });
}
