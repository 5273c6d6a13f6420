import type { JudgedSample } from '../../records/judge.ts';
import type { JudgeReport } from '../../records/judge-report.ts';
import type { Attempt, Intervals, TaskMatrix } from '../pictures.ts';
import { nameInPart, partsOrWhole } from '../words/parts.ts';

/** The pass rates of judged samples, each with its interval. */
export function judgePictures(report: JudgeReport): Intervals[] {
  const rows = partsOrWhole({ passAtK: report.passAtK }, report.parts).flatMap(
    ([part, { passAtK }]) =>
      Object.entries(passAtK).flatMap(([k, figure]) =>
        'notRun' in figure
          ? []
          : [
              {
                name: nameInPart(`pass@${k}`, part),
                value: figure.estimate * 100,
                low: figure.ci95[0] * 100,
                high: figure.ci95[1] * 100,
              },
            ],
      ),
  );
  return rows.length === 0
    ? []
    : [{ kind: 'intervals', heading: 'Pass rates', unit: '%, 95 % interval', rows }];
}

/** The samples of each task. */
export function judgeMatrix(report: JudgeReport, verdicts: readonly JudgedSample[]): TaskMatrix {
  return {
    cells: [report.name],
    tasks: [...Map.groupBy(verdicts, ({ taskId }) => taskId)].map(([id, own]) => ({
      id,
      attempts: [own.map(attemptOf)],
    })),
  };
}

function attemptOf({ outcome, extracted, judgingMs }: JudgedSample): Attempt {
  return {
    ...(outcome.kind === 'passed'
      ? { verdict: 'passed' as const }
      : { verdict: 'failed' as const, cause: outcome.cause, detail: outcome.detail }),
    ...(extracted === undefined ? {} : { text: extracted }),
    ...(judgingMs === undefined ? {} : { judgingMs }),
  };
}
