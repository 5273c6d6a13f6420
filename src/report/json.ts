import type { BenchReport } from '../records/bench.ts';
import type { CompareReport } from '../records/comparison.ts';
import type { DoctorReport } from '../records/doctor-report.ts';
import type { GateReport } from '../records/gate.ts';
import type { JudgeReport } from '../records/judge-report.ts';
import type { ModelFiles, ModelList } from '../records/models-report.ts';
import type { Report } from '../records/report.ts';
import { visibleJson } from '../records/visible-text.ts';

/** A report as JSON: the whole summary, unrounded; ends with a newline. */
export function renderJson(
  report:
    | Report
    | JudgeReport
    | DoctorReport
    | BenchReport
    | ModelList
    | ModelFiles
    | CompareReport
    | GateReport,
): string {
  return `${visibleJson(JSON.stringify(report, null, 2))}\n`;
}
