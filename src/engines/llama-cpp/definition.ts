import type { EngineDefinition } from '../engine.ts';
import { llamaCppChecks } from './doctor.ts';
import { createLlamaCppEngine, LLAMA_CAPABILITIES } from './engine.ts';
import { planSettings } from './settings.ts';

/** llama.cpp by way of node-llama-cpp: GGUF files on this machine. It can do everything. */
export const llamaCpp: EngineDefinition = {
  name: 'llama-cpp',
  capabilities: LLAMA_CAPABILITIES,
  sharesDraws: true,
  settings: planSettings,
  create: createLlamaCppEngine,
  checks: llamaCppChecks,
};
