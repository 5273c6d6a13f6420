import type { TensorSummary } from '../../records/model.ts';
import { isKnownTensorType, tensorBytes, tensorTypeName, tensorWeights } from './tensor-types.ts';

interface TensorInfo {
  readonly shape: readonly bigint[];
  readonly dtype: number;
}

/** Counts tensors and weights by type; `undefined` where a type's size is not known to us. */
export function summarizeTensors(tensors: readonly TensorInfo[]): TensorSummary | undefined {
  if (!tensors.every(({ dtype }) => isKnownTensorType(dtype))) {
    return undefined;
  }
  const parameters = weightsOf(tensors);
  const bytes = tensors.reduce((sum, { dtype, shape }) => sum + tensorBytes(dtype, shape), 0);
  const types = [...Map.groupBy(tensors, ({ dtype }) => tensorTypeName(dtype))]
    .map(
      ([name, members]) =>
        [name, { tensors: members.length, parameters: weightsOf(members) }] as const,
    )
    .toSorted(([, a], [, b]) => b.parameters - a.parameters);
  return { parameters, bitsPerWeight: (bytes * 8) / parameters, types: Object.fromEntries(types) };
}

function weightsOf(tensors: readonly TensorInfo[]): number {
  return tensors.reduce((sum, { shape }) => sum + tensorWeights(shape), 0);
}
