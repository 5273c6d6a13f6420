import type { EngineDefinition } from '../engine.ts';
import { createHttpEngine } from './engine.ts';
import { planHttpSettings } from './settings.ts';

/** Changes whenever the same server could be asked for other completions. */
const VERSION = '1';

/**
 * Models that servers hold, by the protocols of OpenAI, vLLM, SGLang, llama-server and Ollama. What a
 * model can be asked for is its server's to say: `Engine.inspect`.
 */
export const openAiHttp: EngineDefinition = {
  name: 'openai-http',
  capabilities: new Set(),
  settings: planHttpSettings,
  create: (context) =>
    createHttpEngine({ name: 'openai-http', version: VERSION, versions: {} }, context),
};
