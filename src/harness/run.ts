import type { MeasureRun, PreparedMeasure } from '../measures/measure.ts';

/** Does what is missing of a run, one measure after the other. */
export async function executeRun(
  measures: readonly PreparedMeasure[],
  run: MeasureRun,
): Promise<void> {
  for (const measure of measures) {
    run.signal.throwIfAborted();
    run.progress({ kind: 'part-started', part: measure.unit });
    await measure.execute(run);
  }
}
