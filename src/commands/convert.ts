import { command } from './command.ts';

/** `evalkit convert`: safetensors to GGUF, checked before it is used. */
export const convert = command({
  name: 'convert',
  positionals: '<source>',
  summary: 'Convert a folder of safetensors to GGUF, and check the outcome',
  examples: [
    ['./starcoder2-7b --out starcoder2-7b-f16.gguf', ''],
    ['hf:bigcode/starcoder2-7b', 'fetched first'],
  ],
  run: async (options, host) => (await import('../app/convert/command.ts')).convert(options, host),
});
