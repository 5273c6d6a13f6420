import { counted } from '../../records/counted.ts';
import type { ModelRecord } from '../../records/model.ts';
import { percent } from './words.ts';

/**
 * What a model's file holds, in words: bits per weight, and how many tensors and weights have which
 * type. A K quant of a narrow model falls back on other types for much of it, which its name hides.
 */
export function tensorFacts(tensors: ModelRecord['tensors']): [label: string, value: string][] {
  if (tensors === undefined) {
    return [];
  }
  const { parameters, bitsPerWeight, types } = tensors;
  const histogram = Object.entries(types).map(
    ([type, count]) =>
      `${type} ${percent(count.parameters / parameters)} (${counted(count.tensors, 'tensor')})`,
  );
  return [
    ['bits per weight', `${bitsPerWeight.toFixed(2)}, over ${millions(parameters)} weights`],
    ['tensor types', `${histogram.join(', ')}; by share of the weights`],
  ];
}

function millions(count: number): string {
  return count >= 1e6 ? `${(count / 1e6).toFixed(0)} million` : String(count);
}
