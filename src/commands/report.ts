import { command } from './command.ts';

/** `evalkit report <run>`: renders a run's records again, and reads nothing else. */
export const report = command({
  name: 'report',
  positionals: '<run>',
  summary: 'Print the report of a run from its records',
  run: async (options, host) => (await import('../app/report/command.ts')).report(options, host),
});
