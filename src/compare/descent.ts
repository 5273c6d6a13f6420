import type { ModelRecord } from '../records/model.ts';

/** What two files of weights have to do with one another. */
export interface Descent {
  /** One line for the reader. */
  readonly text: string;
  /** True where the reference itself may have lost what the candidate is to be measured by. */
  readonly isReferenceLossy: boolean;
}

/** Types that keep the original weights as they were trained, or round them to 16 bits: files' and loaded ones. */
const UNQUANTIZED: readonly string[] = ['f32', 'f16', 'bf16', 'fp32', 'fp16'];

/** By its label alone: an 'f16' may have been made from a quantized file. */
export function isUnquantized(quantization: string): boolean {
  return UNQUANTIZED.includes(quantization);
}

/**
 * What a comparison of two files says of quantizing, judged by provenance and not by label: an 'f16'
 * that was made from a 4-bit file holds no more than that file.
 */
export function describeDescent(
  reference: ModelRecord | undefined,
  candidate: ModelRecord | undefined,
): Descent {
  if (reference === undefined || candidate === undefined) {
    return {
      text: 'which weights wrote judged samples is not known: this compares completions, not weights',
      isReferenceLossy: false,
    };
  }
  const label = `${reference.base}:${reference.quantization}`;
  if (reference.weights.sha256 === candidate.weights.sha256) {
    return {
      text: `same weights as the reference ${label}: this compares settings, not weights`,
      isReferenceLossy: false,
    };
  }
  const isReferenceLossy =
    reference.provenance.kind === 'requantized' || !isUnquantized(reference.quantization);
  return {
    text: `${lossText(reference, label)}; ${originText(reference, candidate)}`,
    isReferenceLossy,
  };
}

function lossText({ provenance, quantization }: ModelRecord, label: string): string {
  if (provenance.kind === 'requantized') {
    return `the reference ${label} was made here from ${provenance.from.quantization} and holds no more than that: this says what the tool does, not what quantizing the original weights costs`;
  }
  return isUnquantized(quantization)
    ? `the reference ${label} holds unquantized weights`
    : `the reference ${label} is quantized itself: what it lost is not seen here`;
}

function originText(reference: ModelRecord, candidate: ModelRecord): string {
  if (sharesOrigin(reference, candidate)) {
    return 'both descend from one original by provenance';
  }
  return reference.base === candidate.base
    ? `nothing shows that both descend from one original file, though both are called ${reference.base}`
    : `they do not descend from one original: ${reference.base} and ${candidate.base} are different models`;
}

function sharesOrigin(one: ModelRecord, other: ModelRecord): boolean {
  const [first, second] = [one.provenance, other.provenance];
  if (first.kind === 'published' && second.kind === 'published') {
    return first.repo === second.repo && one.base === other.base;
  }
  return files(one).some((sha256) => files(other).includes(sha256));
}

function files({ weights: file, provenance }: ModelRecord): string[] {
  return 'from' in provenance ? [file.sha256, provenance.from.sha256] : [file.sha256];
}
