import { resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import type { Host, Outcome } from '../app/host.ts';
import { readReport } from '../app/report.ts';
import { printReport } from '../app/report-output.ts';
import { REPORT_FORMATS, type ReportFormat } from '../options/report-formats.ts';
import { FORMAT_FLAGS } from './flags.ts';

interface ReportArguments {
  readonly run: string;
  readonly format: ReportFormat;
  readonly output: string | undefined;
  readonly json: boolean | undefined;
}

/** `evalkit report RUN`: renders the records of a run of any kind again, and reads nothing else. */
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
        .options(FORMAT_FLAGS)
        .option('format', {
          choices: REPORT_FORMATS,
          default: 'terminal' as const,
          describe: 'How to print it',
        }),
    handler: async ({ run, ...printing }) => {
      await printReport(host, readReport(resolve(host.cwd, run)), printing);
      finish({ kind: 'done' });
    },
  };
}
