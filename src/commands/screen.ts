import { command } from './command.ts';

/** `evalkit screen`: finds damaged files before a token is generated. */
export const screen = command({
  name: 'screen',
  summary: 'Say in minutes whether a model file is damaged, before a token is generated',
  examples: [
    ['--model f16,q8,q4_k_m', 'quantizations against the f16'],
    ['--model own-q4.gguf --reference own-f16.gguf', 'a file of yours against its original'],
  ],
  run: async (options, host) => (await import('../app/screen/command.ts')).screen(options, host),
});
