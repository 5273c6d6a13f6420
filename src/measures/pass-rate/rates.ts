import { counted } from '../../records/counted.ts';
import { meanPassAtK, type TaskCount } from '../../metrics/pass-at-k.ts';
import { wilson } from '../../metrics/wilson.ts';
import type { CellPlan } from '../../records/plan.ts';
import type { CellReport } from '../../records/report.ts';
import { samplesOf } from '../../records/decode.ts';
import type { Verdict } from '../../records/verdict.ts';

/** A cell's pass@1 over all its completions; none while `missing` of them have no verdict. */
export function passAt1(
  cell: CellPlan,
  verdicts: readonly Verdict[],
  missing: number,
): CellReport['passAt1'] {
  const samples = samplesOf(cell);
  if (missing > 0) {
    return { notRun: noVerdict(missing, verdicts.length, samples) };
  }
  const figure = meanPassAtK(taskCounts(verdicts), 1);
  if (figure === undefined) {
    return { notRun: 'no task was judged' };
  }
  const passed = verdicts.filter(({ outcome }) => outcome.kind === 'passed').length;
  const { estimate } = wilson(passed, verdicts.length);
  return {
    passed,
    total: verdicts.length,
    samples,
    // Every task has as many samples: the mean over tasks is the share, without rounding on the way.
    estimate: estimate ?? figure.estimate,
    ci95: [...figure.ci95],
  };
}

/** A cell's pass@k for each k; none while `missing` of its completions have no verdict. */
export function passAtKs(
  ks: readonly number[],
  verdicts: readonly Verdict[],
  missing: number,
): CellReport['passAtK'] {
  const counts = taskCounts(verdicts);
  return Object.fromEntries(
    ks.map((k) => [
      k,
      missing > 0
        ? { notRun: `${counted(missing, 'completion has', 'completions have')} no verdict yet` }
        : passAtK(counts, k),
    ]),
  );
}

/** pass@k over tasks; not run where a task has fewer than k samples, or there is no task. */
export function passAtK(counts: readonly TaskCount[], k: number): CellReport['passAtK'][string] {
  const figure = meanPassAtK(counts, k);
  if (figure !== undefined) {
    return { ...figure, ci95: [...figure.ci95] };
  }
  if (counts.length === 0) {
    return { notRun: 'no task was judged' };
  }
  const fewest = Math.min(...counts.map(({ samples }) => samples));
  return { notRun: `a task has only ${counted(fewest, 'sample')}` };
}

function noVerdict(missing: number, judged: number, samples: number): string {
  return `${missing} of ${missing + judged} ${samples === 1 ? 'tasks' : 'completions'} have no verdict yet`;
}

function taskCounts(verdicts: readonly Verdict[]): TaskCount[] {
  return [...countsByTask(verdicts).values()];
}

/** How many completions of each task were judged, and how many of them passed. */
export function countsByTask(verdicts: readonly Verdict[]): Map<string, TaskCount> {
  return new Map(
    [...Map.groupBy(verdicts, ({ taskId }) => taskId)].map(([taskId, own]) => [
      taskId,
      {
        samples: own.length,
        passed: own.filter(({ outcome }) => outcome.kind === 'passed').length,
      },
    ]),
  );
}
