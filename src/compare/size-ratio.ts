import type { Comparison } from '../records/comparison.ts';
import { type ModelRecord, weightBytes } from '../records/model.ts';

/** A model's bytes over the reference's, where both are known. */
export function sizeRatioOf(
  reference: ModelRecord | undefined,
  candidate: ModelRecord | undefined,
): Comparison['sizeRatio'] {
  if (reference === undefined || candidate === undefined) {
    return { notRun: 'which weights wrote judged samples is not known' };
  }
  const [was, is] = [weightBytes(reference.weights), weightBytes(candidate.weights)];
  return was === undefined || is === undefined
    ? { notRun: 'the bytes of weights that a server holds are not known' }
    : is / was;
}
