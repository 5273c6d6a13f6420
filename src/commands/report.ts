import { command } from './command.ts';

/** `evalkit report <run..>`: renders runs' records again, and reads nothing else. */
export const report = command({
  name: 'report',
  positionals: '<run..>',
  summary: 'Print the report of a run from its records',
  examples: [
    ['results/run --details', 'all that there is to say'],
    ['results/run --format html --open', 'as a page, in the browser'],
    ['results/last results/today --format html --output both.html', 'two runs on one page'],
  ],
  run: async (options, host) => (await import('../app/report/command.ts')).report(options, host),
});
