import { LOCAL_CAPABILITIES } from '../capabilities.ts';
import type { EngineDefinition } from '../engine.ts';
import { createTorchEngine } from './engine.ts';
import { unfitVariant } from './unfit.ts';
import { planSettings } from './settings.ts';
import { DEFAULT_VARIANT, torchVariant } from './variants.ts';

/** PyTorch and transformers in a Python of their own: folders of safetensors. It can do everything. */
export const torch: EngineDefinition = {
  name: 'torch',
  capabilities: LOCAL_CAPABILITIES,
  sharesDraws: true,
  settings: planSettings,
  create: createTorchEngine,
  unfit: unfitVariant,
  variantLacks: (name = DEFAULT_VARIANT) => torchVariant(name)?.cannot ?? {},
};
