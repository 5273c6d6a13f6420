import { taskResults } from '../../measures/pass-rate/task-results.ts';
import type { Stage } from '../../records/stage.ts';
import type { RunToRender } from '../../report/humaneval/rendition.ts';
import { lacksScores } from '../../store/score-store.ts';

/** Whether a command leaves something undone of what it was told: of its stage, or of the whole run. */
export function isIncomplete(only: Stage | undefined, { report, records }: RunToRender): boolean {
  switch (only) {
    case undefined:
      return report.status === 'incomplete';
    case 'generate':
      return taskResults(records).some(({ completion }) => completion === undefined);
    case 'judge':
      return report.cells.some(({ infrastructure, pending }) => infrastructure + pending > 0);
    case 'measure':
      return (
        report.cells.some(({ timingsMissing }) => timingsMissing > 0) ||
        lacksScores(records.perplexity)
      );
  }
}
