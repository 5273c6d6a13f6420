/**
 * Every file type that llama.cpp v0.5.0 quantizes to, with its number in `enum llama_ftype`
 * (include/llama.h; NVFP4 is left out, since `llama_ftype_get_default_type` knows no way to make
 * it). In order of nearness to the original weights, by the bits per weight and the perplexities
 * that llama.cpp's tools/quantize/quantize.cpp lists.
 */
const FILE_TYPES = {
  f32: 0,
  bf16: 32,
  f16: 1,
  q8_0: 7,
  q6_k: 18,
  q5_k_m: 17,
  q5_k_s: 16,
  q5_1: 9,
  q5_0: 8,
  q4_k_m: 15,
  q4_k_s: 14,
  iq4_nl: 25,
  iq4_xs: 30,
  q4_1: 3,
  q4_0: 2,
  mxfp4_moe: 38,
  q3_k_l: 13,
  iq3_m: 27,
  q3_k_m: 12,
  iq3_s: 26,
  iq3_xs: 22,
  q3_k_s: 11,
  iq3_xxs: 23,
  iq2_m: 29,
  q2_k_s: 21,
  q2_k: 10,
  iq2_s: 28,
  iq2_xs: 20,
  q2_0: 41,
  iq2_xxs: 19,
  iq1_m: 31,
  iq1_s: 24,
  tq2_0: 37,
  tq1_0: 36,
  q1_0: 40,
} as const;

/** llama.cpp's name of a quantization, in lower case. */
export type Quantization = keyof typeof FILE_TYPES;

/** All quantizations, the nearest to the original weights first. */
export const QUANTIZATIONS: readonly Quantization[] =
  Object.keys(FILE_TYPES).filter(isQuantization);

/**
 * Other spellings. The K aliases are llama-quantize's own; `fp16`, `fp32` and `mxfp4` are how publishers
 * name files; `q8` and `q6` have one meaning only (`q4` and `q5` have several, and so none).
 */
const ALIASES: ReadonlyMap<string, Quantization> = new Map([
  ['fp32', 'f32'],
  ['fp16', 'f16'],
  ['mxfp4', 'mxfp4_moe'],
  ['q8', 'q8_0'],
  ['q6', 'q6_k'],
  ['q5_k', 'q5_k_m'],
  ['q4_k', 'q4_k_m'],
  ['q3_k', 'q3_k_m'],
]);

const BY_NAME: ReadonlyMap<string, Quantization> = new Map([
  ...QUANTIZATIONS.map((name) => [name, name] as const),
  ...ALIASES,
]);

/** The longest names first, so that `q4_k_m` is not read as `q4_k`. */
const NAME_IN_FILE = new RegExp(
  `(?<=^|[-._/])(?:${[...BY_NAME.keys()].toSorted((a, b) => b.length - a.length).join('|')})(?=$|[-./])`,
  'gi',
);

/** The quantization that a user means; `undefined` for a word that is none. */
export function parseQuantization(text: string): Quantization | undefined {
  return BY_NAME.get(text.toLowerCase());
}

/** The quantization that a file's path ends in, as `model-instruct-fp16.gguf` or `F16/model.gguf`: `f16`. */
export function quantizationInFileName(name: string): Quantization | undefined {
  const last = name.match(NAME_IN_FILE)?.at(-1);
  return last === undefined ? undefined : parseQuantization(last);
}

/** Mixtures of publishers' own: unsloth's `UD-`, mradermacher's `i1-`, and larger ones as `Q4_K_XL`. */
const LABEL =
  /^(?:(?:ud|i\d)-(?:[it]?q[1-8]_[0-9a-z_]+|b?f16|mxfp4(?:_moe)?)|i?q[1-8]_(?:k_)?x*l)$/i;

/** True for what publishers call files that no quantization of llama.cpp is called. */
export function isPublishersLabel(text: string): boolean {
  return parseQuantization(text) === undefined && LABEL.test(text);
}

/** Whether a file's path has a publisher's label, which is letters, digits, dashes, among its words. */
export function hasLabel(name: string, label: string): boolean {
  return new RegExp(`(?:^|[-._/])${label}(?=$|[-./])`, 'i').test(name);
}

function isQuantization(name: string): name is Quantization {
  return Object.hasOwn(FILE_TYPES, name);
}

/** The number in `general.file_type` and in llama.cpp's quantizer. */
export function fileTypeNumber(quantization: Quantization): number {
  return FILE_TYPES[quantization];
}

/** True for weights that no quantization has rounded: f32, bf16 and f16. */
export function isUnquantized(quantization: string): boolean {
  return quantization === 'f32' || quantization === 'bf16' || quantization === 'f16';
}

/**
 * What llama.cpp makes only with an importance matrix: file types that give a matrix of every layer
 * one of the types that `tensor_requires_imatrix` names (src/llama-quant.cpp, v0.5.0; iq3_xs through
 * its queries and keys).
 */
const NEEDS_MATRIX: ReadonlySet<Quantization> = new Set([
  'iq3_xs',
  'iq3_xxs',
  'iq2_m',
  'iq2_s',
  'iq2_xs',
  'iq2_xxs',
  'q2_k_s',
  'iq1_m',
  'iq1_s',
]);

/** True for a quantization whose result would be garbage without an importance matrix. */
export function needsImportanceMatrix(quantization: Quantization): boolean {
  return NEEDS_MATRIX.has(quantization);
}

/** Place in the order of nearness to the original weights, from 0; unknown ones come last. */
export function distanceFromOriginal(quantization: string): number {
  const known = parseQuantization(quantization);
  return known === undefined ? QUANTIZATIONS.length : QUANTIZATIONS.indexOf(known);
}
