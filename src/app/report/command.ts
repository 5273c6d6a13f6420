import { resolve } from 'node:path';
import type { Report } from '../../records/report.ts';
import { renderCsv } from '../../report/formats/csv.ts';
import {
  renderAnnotations,
  renderStepSummary,
  runAnnotations,
} from '../../report/formats/github.ts';
import { renderJson } from '../../report/formats/json.ts';
import { renderJunit } from '../../report/formats/junit.ts';
import { renderMarkdown } from '../../report/formats/markdown.ts';
import { renderTerminal } from '../../report/formats/terminal.ts';
import { summarize } from '../../report/humaneval/summary.ts';
import { taskResults } from '../../report/humaneval/task-results.ts';
import { readRun, type RunRecords } from '../../store/run-store.ts';
import type { ReportFormat } from '../common-options.ts';
import type { Host, Outcome } from '../host.ts';
import { deliver, deliverToGithub } from '../report-output.ts';
import type { ReportOptions } from './options.ts';

/** The formats that are one text. */
const RENDERERS = {
  terminal: renderTerminal,
  md: renderMarkdown,
  json: renderJson,
  junit: (summary, records) => renderJunit(summary, taskResults(records)),
  csv: (summary, records) => renderCsv(summary, taskResults(records), records.timings),
} satisfies Record<
  Exclude<ReportFormat, 'github'>,
  (summary: Report, records: RunRecords) => string
>;

/** Renders a run's records again, and reads nothing else. */
export async function report(options: ReportOptions, host: Host): Promise<Outcome> {
  const { run, format, output } = options;
  const records = readRun(resolve(host.cwd, run));
  const summary = summarize(records);
  if (format === 'github') {
    await deliverToGithub(host, {
      summary: renderStepSummary(summary, taskResults(records)),
      annotations: renderAnnotations(runAnnotations(summary)),
      output,
    });
  } else {
    await deliver(host, RENDERERS[format](summary, records), output);
  }
  return { kind: 'done' };
}
