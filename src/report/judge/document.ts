import type { JudgeReport } from '../../records/judge-report.ts';
import { countsText, percent, sandboxText } from '../words/words.ts';

/** What `evalkit judge` found, as plain text for a terminal; ends with a newline. */
export function renderJudgeReport(report: JudgeReport): string {
  const { dataset, samples, causes, unsupported, output, infrastructure } = report;
  const lines = [
    `${dataset.name}: ${samples} samples of ${dataset.judged} of ${dataset.tasks} tasks, ${report.status}`,
    '',
    ...Object.entries(report.passAtK).map(([k, figure]) => passAtKText(k, figure)),
    `by cause: ${countsText(causes)}`,
    `sandbox: ${sandboxText(report.sandbox)}, Python ${report.versions.python}`,
    `results: ${output}`,
    ...unsupported.map(({ taskId, reason }) => `unsupported: ${taskId}: ${reason}`),
  ];
  if (dataset.judged < dataset.tasks) {
    lines.push(
      `warning: ${dataset.tasks - dataset.judged} of ${dataset.tasks} tasks have no verdict; not comparable with a figure for the whole of ${dataset.name}`,
    );
  }
  if (infrastructure > 0) {
    lines.push(
      `warning: ${infrastructure} samples have no verdict because of a failure that is not theirs; run the same command again`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function passAtKText(k: string, figure: JudgeReport['passAtK'][string]): string {
  if ('notRun' in figure) {
    return `pass@${k}: n/a (${figure.notRun})`;
  }
  const { estimate, ci95, tasks } = figure;
  return `pass@${k}: ${percent(estimate)} (95 % interval ${percent(ci95[0])} to ${percent(ci95[1])}, ${tasks} tasks)`;
}
