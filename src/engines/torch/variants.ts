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
  /** Why it cannot run on a device; absent: it can. */
  readonly lacks?: Partial<Record<Device, string>>;
  /** The row of the reports that it makes. */
  readonly row: string;
}

/** What computes. */
export type Device = 'cpu' | 'cuda';

export const DEVICES: readonly Device[] = ['cpu', 'cuda'];

const plain = { environment: 'torch', method: 'plain', options: {}, rounds: false } as const;

export const TORCH_VARIANTS: readonly TorchVariant[] = [
  { ...plain, name: 'fp32', dtype: 'float32', row: 'report 3, torch eager; report 2, fp32' },
  {
    ...plain,
    name: 'bf16',
    dtype: 'bfloat16',
    row: 'report 1, A16W16 (BF16); report 2, bf16',
  },
  { ...plain, name: 'fp16', dtype: 'float16', row: 'report 2, float16' },
];

export const TORCH_VARIANT_NAMES = TORCH_VARIANTS.map(({ name }) => name);

/** The variant of an item that names none: exact, and the same on every machine. */
export const DEFAULT_VARIANT = 'fp32';

/** `undefined` for a name that is none. */
export function torchVariant(name: string): TorchVariant | undefined {
  return TORCH_VARIANTS.find((variant) => variant.name === name);
}
