import { z } from 'zod';
import type { SettingsChoice, SettingsUse } from '../engine.ts';
import { calibrationFor } from './calibration.ts';
import { DEFAULT_VARIANT, DEVICES, type TorchVariant, torchVariant } from './variants.ts';

export const ATTENTIONS = ['eager', 'sdpa', 'flash'] as const;
export type Attention = (typeof ATTENTIONS)[number];

/** What the engine is told beyond the model. All of it is in the keys. */
export const torchSettingsSchema = z.object({
  /** What variants.ts says of it, so that a record tells all by itself. */
  variant: z.string(),
  dtype: z.enum(['float32', 'bfloat16', 'float16']),
  method: z.string(),
  options: z.record(z.string(), z.json()),
  attention: z.enum(ATTENTIONS),
  device: z.enum(DEVICES),
  /** Tokens a sequence can hold; `auto`: the longest prompt plus the token cap. */
  contextSize: z.union([z.int().positive(), z.literal('auto')]).default('auto'),
});
export type TorchSettings = z.infer<typeof torchSettingsSchema>;

const optionsSchema = z.object({
  ctxSize: z.union([z.int().positive(), z.array(z.int())]).optional(),
  attention: z
    .union([z.enum(ATTENTIONS).transform((one) => [one]), z.array(z.enum(ATTENTIONS))])
    .default(['sdpa']),
  device: z.enum(DEVICES).default('cpu'),
  calibration: z.string().optional(),
});

/**
 * Every combination of the settings that options name for a variant. Attention is the one axis, so
 * that the cells of a speed-up run one after the other.
 */
export function planSettings(
  use: SettingsUse,
  given: Readonly<Record<string, unknown>>,
  variantName = DEFAULT_VARIANT,
): SettingsChoice[] {
  const { ctxSize, attention, device, calibration: text } = optionsSchema.parse(given);
  const variant = torchVariant(variantName);
  if (variant === undefined) {
    throw new Error(`no variant ${variantName}`);
  }
  const contextSize = use === 'completions' && typeof ctxSize === 'number' ? ctxSize : 'auto';
  const lack = variant.lacks?.[device];
  const calibration = lack === undefined ? calibrationFor(variant, text) : undefined;
  return attention.map((one) => {
    const { name, dtype, method } = variant;
    // The text itself, wherever it lies.
    const looksAt = calibration === undefined ? {} : { calibration: calibration.sha256 };
    const options = { ...variant.options, ...looksAt };
    const decisive = { variant: name, dtype, method, options, attention: one, device };
    const settings = use === 'scores' ? decisive : { ...decisive, contextSize };
    const impossible = problemOf(variant, one, device);
    return {
      settings,
      variant: decisive,
      scoreSettings: decisive,
      settingsText: `${name}, attention ${one}, ${device}`,
      isRounded: variant.rounds,
      id: idOf(use, one, attention.length > 1),
      ...(impossible === undefined ? {} : { impossible }),
      ...(one === 'flash'
        ? {
            over: {
              settings: { ...settings, attention: 'eager' },
              what: 'flash attention over eager',
            },
          }
        : {}),
    };
  });
}

function idOf(use: SettingsUse, attention: Attention, isAxis: boolean): string {
  switch (use) {
    case 'completions':
      return isAxis ? `/attention=${attention}` : '';
    case 'benchmark':
      return `/attention ${attention}`;
    case 'scores':
      return attention === 'sdpa' ? '' : `@${attention}`;
  }
}

/** Why no model can have these settings; `undefined`: nothing speaks against them. */
function problemOf(
  variant: TorchVariant,
  attention: Attention,
  device: 'cpu' | 'cuda',
): string | undefined {
  const lack = variant.lacks?.[device];
  if (lack !== undefined) {
    return `${variant.name} on ${device}: ${lack}`;
  }
  return attention === 'flash' && device === 'cuda' && variant.dtype === 'float32'
    ? `--attention flash with ${variant.name}: flash attention computes in 16 bits; use bf16 or fp16`
    : undefined;
}
