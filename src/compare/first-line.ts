import type { ModelRecord } from '../records/model.ts';
import { describeDescent } from './descent.ts';
import type { CellEvidence } from './evidence.ts';

/** Line one of every comparison: what the reference is, and whether weights share an original. */
export function firstLineOf(reference: CellEvidence, candidates: readonly CellEvidence[]): string {
  return descentLine(
    reference.cell?.model,
    candidates.map(({ id, cell }) => ({ id, model: cell?.model })),
  );
}

/** The same of models alone. */
export function descentLine(
  reference: ModelRecord | undefined,
  candidates: readonly { readonly id: string; readonly model: ModelRecord | undefined }[],
): string {
  const texts = candidates.map(({ id, model }) => ({
    id,
    text: describeDescent(reference, model).text,
  }));
  const distinct = [...new Set(texts.map(({ text }) => text))];
  return distinct.length === 1
    ? distinct.join('')
    : texts.map(({ id, text }) => `${id}: ${text}`).join('; ');
}
