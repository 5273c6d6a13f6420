import { describeDescent } from './descent.ts';
import type { CellEvidence } from './evidence.ts';

/** Line one of every comparison: what the reference is, and whether weights share an original. */
export function firstLineOf(reference: CellEvidence, candidates: readonly CellEvidence[]): string {
  const texts = candidates.map(({ id, cell }) => ({
    id,
    text: describeDescent(reference.cell?.model, cell?.model).text,
  }));
  const distinct = [...new Set(texts.map(({ text }) => text))];
  return distinct.length === 1
    ? distinct.join('')
    : texts.map(({ id, text }) => `${id}: ${text}`).join('; ');
}
