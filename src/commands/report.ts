import { resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import type { Report } from '../records/report.ts';
import { renderJson } from '../report/json.ts';
import { renderMarkdown } from '../report/markdown.ts';
import { summarize } from '../report/summary.ts';
import { renderTerminal } from '../report/terminal.ts';
import { readRun } from '../store/run-store.ts';
import type { Host, Outcome } from './host.ts';

const RENDERERS = {
  terminal: renderTerminal,
  md: renderMarkdown,
  json: renderJson,
} satisfies Record<string, (report: Report) => string>;

interface ReportArguments {
  readonly run: string;
  readonly format: keyof typeof RENDERERS;
}

/** `evalkit report RUN`: renders a run's records again; reads nothing else and writes nothing. */
export function reportCommand(
  host: Host,
  finish: (outcome: Outcome) => void,
): CommandModule<object, ReportArguments> {
  return {
    command: 'report <run>',
    describe: 'Print the report of a run from its records',
    builder: (yargs) =>
      yargs
        .positional('run', { type: 'string', demandOption: true, describe: "The run's folder" })
        .option('format', {
          choices: ['terminal', 'md', 'json'] as const,
          default: 'terminal' as const,
          describe: 'How to print it',
        }),
    handler: async ({ run, format }) => {
      const report = summarize(readRun(resolve(host.cwd, run)));
      await host.print(RENDERERS[format](report));
      finish({ kind: 'done' });
    },
  };
}
