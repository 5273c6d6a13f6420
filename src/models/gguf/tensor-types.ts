import { GGMLQuantizationType } from '@huggingface/gguf';

/**
 * Weights and bytes of one block of each tensor type: llama.cpp's GGML_QUANT_SIZES
 * (gguf-py/gguf/constants.py, v0.5.0). @huggingface/gguf has the table but does not export it.
 */
const BLOCKS: Readonly<Record<string, readonly [weights: number, bytes: number]>> = {
  F32: [1, 4],
  F16: [1, 2],
  BF16: [1, 2],
  F64: [1, 8],
  I8: [1, 1],
  I16: [1, 2],
  I32: [1, 4],
  I64: [1, 8],
  Q4_0: [32, 18],
  Q4_1: [32, 20],
  Q5_0: [32, 22],
  Q5_1: [32, 24],
  Q8_0: [32, 34],
  Q8_1: [32, 36],
  Q2_K: [256, 84],
  Q3_K: [256, 110],
  Q4_K: [256, 144],
  Q5_K: [256, 176],
  Q6_K: [256, 210],
  Q8_K: [256, 292],
  IQ1_S: [256, 50],
  IQ1_M: [256, 56],
  IQ2_XXS: [256, 66],
  IQ2_XS: [256, 74],
  IQ2_S: [256, 82],
  IQ3_XXS: [256, 98],
  IQ3_S: [256, 110],
  IQ4_NL: [32, 18],
  IQ4_XS: [256, 136],
  TQ1_0: [256, 54],
  TQ2_0: [256, 66],
  MXFP4: [32, 17],
  NVFP4: [64, 36],
  Q1_0: [128, 18],
  Q2_0: [64, 18],
};

/** llama.cpp's name of a tensor type, as `Q4_K`. */
export function tensorTypeName(type: number): string {
  return GGMLQuantizationType[type] ?? `type ${type}`;
}

/** False for a type that is new to us. */
export function isKnownTensorType(type: number): boolean {
  return tensorTypeName(type) in BLOCKS;
}

/** How many weights a tensor has. */
export function tensorWeights(shape: readonly bigint[]): number {
  return shape.reduce((product, size) => product * Number(size), 1);
}

/** Bytes of a tensor in a file; of a type that is new to us, at least 0. */
export function tensorBytes(type: number, shape: readonly bigint[]): number {
  const [weights, bytes] = BLOCKS[tensorTypeName(type)] ?? [1, 0];
  return (tensorWeights(shape) / weights) * bytes;
}
