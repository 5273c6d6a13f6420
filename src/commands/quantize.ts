import { command } from './command.ts';

/** `evalkit quantize`: makes quantizations of one model, to measure or to ship. */
export const quantize = command({
  name: 'quantize',
  summary: 'Make quantizations of a model with llama.cpp',
  examples: [['--model q4_0,q2_k --quantize-from f16.gguf --out models', '']],
  run: async (options, host) => (await import('../app/models/command.ts')).quantize(options, host),
});
