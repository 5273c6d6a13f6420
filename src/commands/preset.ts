import { command } from './command.ts';

/** `evalkit preset [name]`: runs the sections of a config file, `bench` and then `humaneval`. */
export const preset = command({
  name: 'preset',
  positionals: '[name]',
  summary: 'Run a preset; without a name, list the presets',
  examples: [['cpu-gguf', 'seconds for 200 tokens and pass@1 of each quantization']],
  run: async (options, host) => (await import('../app/preset/command.ts')).preset(options, host),
});
