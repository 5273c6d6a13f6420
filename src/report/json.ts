import type { BenchReport } from '../records/bench.ts';
import type { DoctorReport } from '../records/doctor-report.ts';
import type { JudgeReport } from '../records/judge-report.ts';
import type { PerplexityRunReport } from '../records/perplexity-report.ts';
import type { ModelFiles, ModelList } from '../records/models-report.ts';
import type { Report } from '../records/report.ts';

/** A report as JSON: the whole summary, unrounded; ends with a newline. */
export function renderJson(
  report:
    | Report
    | JudgeReport
    | DoctorReport
    | BenchReport
    | ModelList
    | ModelFiles
    | PerplexityRunReport,
): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
