import { resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { REPORT_FORMATS, type ReportFormat } from '../options/report-formats.ts';
import type { Report } from '../records/report.ts';
import { renderCsv } from '../report/formats/csv.ts';
import { renderAnnotations, renderStepSummary, runAnnotations } from '../report/formats/github.ts';
import { renderJson } from '../report/formats/json.ts';
import { renderJunit } from '../report/formats/junit.ts';
import { renderMarkdown } from '../report/formats/markdown.ts';
import { summarize } from '../report/humaneval/summary.ts';
import { taskResults } from '../report/humaneval/task-results.ts';
import { renderTerminal } from '../report/formats/terminal.ts';
import { readRun, type RunRecords } from '../store/run-store.ts';
import { text } from './flags.ts';
import type { Host, Outcome } from '../app/host.ts';
import { deliver, deliverToGithub } from '../app/report-output.ts';

/** The formats that are one text. */
const RENDERERS = {
  terminal: renderTerminal,
  md: renderMarkdown,
  json: renderJson,
  junit: (report, records) => renderJunit(report, taskResults(records)),
  csv: (report, records) => renderCsv(report, taskResults(records), records.timings),
} satisfies Record<
  Exclude<ReportFormat, 'github'>,
  (report: Report, records: RunRecords) => string
>;

interface ReportArguments {
  readonly run: string;
  readonly format: ReportFormat;
  readonly output: string | undefined;
}

/** `evalkit report RUN`: renders a run's records again, and reads nothing else. */
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
          choices: REPORT_FORMATS,
          default: 'terminal' as const,
          describe: 'How to print it',
        })
        .option('output', text('Write it to this file instead of stdout')),
    handler: async ({ run, format, output }) => {
      const records = readRun(resolve(host.cwd, run));
      const report = summarize(records);
      if (format === 'github') {
        const summary = renderStepSummary(report, taskResults(records));
        await deliverToGithub(host, {
          summary,
          annotations: renderAnnotations(runAnnotations(report)),
          output,
        });
      } else {
        await deliver(host, RENDERERS[format](report, records), output);
      }
      finish({ kind: 'done' });
    },
  };
}
