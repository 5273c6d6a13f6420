import type { Lacks } from '../capabilities.ts';
import type { EnvironmentName } from '../../environments/environments.ts';
import type { EngineSettings } from '../../records/plan.ts';

/**
 * A way to load weights in torch. This table is the one place that knows them: what a variant needs,
 * how it is made and which row of the reports it is.
 */
export interface TorchVariant {
  /** As `@name` of a model item. */
  readonly name: string;
  /** Whose Python environment it runs in: `evalkit engine install` makes them by these names. */
  readonly environment: EnvironmentName;
  /** Type of what is not quantized, and of what is computed with. */
  readonly dtype: 'float32' | 'bfloat16' | 'float16';
  /** Module of worker/methods/ that loads it. */
  readonly method: string;
  /** What that module is told. */
  readonly options: EngineSettings;
  /** Whether it rounds what the weights hold. */
  readonly rounds: boolean;
  /** Whether it looks at a text of the user's; `for-making`: only where the folder is not quantized yet. */
  readonly calibrates?: 'always' | 'for-making';
  /** Why it cannot run on a device; absent: it can. */
  readonly lacks?: Partial<Record<Device, string>>;
  /** What it makes impossible that the engine can do. */
  readonly cannot?: Lacks;
  /** The row of the reports that it makes. */
  readonly row: string;
}

/** What computes. */
export type Device = 'cpu' | 'cuda';

export const DEVICES: readonly Device[] = ['cpu', 'cuda'];

const plain = { environment: 'torch', method: 'plain', options: {}, rounds: false } as const;
const bitsandbytes = { environment: 'bitsandbytes', method: 'bnb', rounds: true } as const;
const torchao = { environment: 'torchao', method: 'ao', rounds: true } as const;
const openvino = {
  environment: 'openvino',
  method: 'ov',
  dtype: 'float32',
  rounds: true,
  lacks: { cuda: 'OpenVINO computes on the CPU' },
  cannot: { drafts: 'its cache lies in OpenVINO and cannot go back: it takes no drafts' },
} as const;

/** How much of a calibration text is looked at: texts, and tokens of each. */
const CALIBRATION = { rows: 16, length: 512 };
/** SmoothQuant's balance between activations and weights: the paper's. */
const SMOOTH = { alpha: 0.5, ...CALIBRATION };

const ARCHIVED =
  'archived in March 2026; int8-dynamic stands in its place (docs/variants.md has the frozen environment)';

export const TORCH_VARIANTS: readonly TorchVariant[] = [
  { ...plain, name: 'fp32', dtype: 'float32', row: 'report 3, torch eager; report 2, fp32' },
  {
    ...plain,
    name: 'bf16',
    dtype: 'bfloat16',
    row: 'report 1, A16W16 (BF16); report 2, bf16',
  },
  { ...plain, name: 'fp16', dtype: 'float16', row: 'report 2, float16' },
  {
    ...plain,
    name: 'jit',
    dtype: 'float32',
    method: 'jit',
    cannot: { drafts: 'a traced model takes no drafts' },
    row: 'report 3, torch JIT',
  },
  {
    ...plain,
    name: 'compile',
    dtype: 'float32',
    method: 'compiled',
    row: 'report 3, torch JIT: its heir of today',
  },
  {
    ...bitsandbytes,
    name: 'int8',
    dtype: 'float16',
    options: { bits: 8 },
    row: 'report 2, 8-bit (LLM.int8)',
  },
  {
    ...bitsandbytes,
    name: 'nf4-fp16',
    dtype: 'float16',
    options: { bits: 4, compute: 'float16' },
    row: 'report 2, nf4, float16 compute',
  },
  {
    ...bitsandbytes,
    name: 'nf4-bf16',
    dtype: 'bfloat16',
    options: { bits: 4, compute: 'bfloat16' },
    row: 'report 2, nf4, in the type of its baseline',
  },
  {
    ...bitsandbytes,
    name: 'nf4-fp32',
    dtype: 'float32',
    options: { bits: 4, compute: 'float32' },
    row: 'report 2, nf4, float32 compute',
  },
  {
    ...torchao,
    name: 'int8-dynamic',
    dtype: 'float32',
    options: { way: 'int8-dynamic' },
    row: 'report 1, INT8 (A8W8), without calibration; in the place of IPEX',
  },
  {
    ...torchao,
    name: 'int8-weight',
    dtype: 'bfloat16',
    options: { way: 'int8-weight' },
    row: 'report 1, between BF16 and INT4: A16W8',
  },
  {
    ...plain,
    name: 'int4-g128',
    dtype: 'bfloat16',
    method: 'int4',
    options: { group: 128 },
    rounds: true,
    row: 'report 1, INT4 (A16W4, RTN, groups of 128)',
  },
  {
    ...plain,
    name: 'smoothquant',
    dtype: 'float32',
    method: 'smoothquant',
    options: SMOOTH,
    rounds: true,
    calibrates: 'always',
    lacks: { cuda: "fbgemm's kernels are the CPU's" },
    row: 'report 1, INT8 (SmoothQuant A8W8, static)',
  },
  {
    ...torchao,
    name: 'smoothquant-torchao',
    dtype: 'float32',
    options: { way: 'smoothquant', ...SMOOTH },
    calibrates: 'always',
    row: 'report 1, INT8 (SmoothQuant A8W8), activations quantized as they come',
  },
  {
    ...openvino,
    name: 'smoothquant-openvino',
    options: { way: 'smoothquant', ...SMOOTH },
    calibrates: 'always',
    row: 'report 1, INT8 (SmoothQuant A8W8, static), by the heir of its tool',
  },
  {
    ...openvino,
    name: 'openvino-int8',
    options: { way: 'int8' },
    row: 'report 1, weights of 8 bits by the heir of its tool',
  },
  {
    ...openvino,
    name: 'openvino-int4-g128',
    options: { way: 'int4', group: 128 },
    row: 'report 1, INT4 (groups of 128) by the heir of its tool',
  },
  {
    name: 'gptq',
    environment: 'gptq',
    dtype: 'bfloat16',
    method: 'gptq',
    options: { bits: 4, group: 128, ...CALIBRATION },
    rounds: true,
    calibrates: 'for-making',
    row: 'report 2, GPTQ',
  },
  {
    ...plain,
    name: 'ipex',
    dtype: 'bfloat16',
    rounds: true,
    lacks: { cpu: ARCHIVED, cuda: ARCHIVED },
    row: 'report 1, its own backend',
  },
];

export const TORCH_VARIANT_NAMES = TORCH_VARIANTS.map(({ name }) => name);

/** The variant of an item that names none: exact, and the same on every machine. */
export const DEFAULT_VARIANT = 'fp32';

/** `undefined` for a name that is none. */
export function torchVariant(name: string): TorchVariant | undefined {
  return TORCH_VARIANTS.find((variant) => variant.name === name);
}
