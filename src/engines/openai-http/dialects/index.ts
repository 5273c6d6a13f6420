import type { Dialect } from './dialect.ts';
import { llamaServer } from './llama-server.ts';
import { ollama } from './ollama.ts';
import { openAi } from './openai.ts';
import { sglang } from './sglang.ts';
import { vllm } from './vllm.ts';

/** Every kind of server, in the order in which one is looked for; the last takes any. */
export const DIALECTS: readonly Dialect[] = [vllm, sglang, llamaServer, ollama, openAi];
