import type { MeasureRun, PreparedMeasure } from '../measures/measure.ts';

/** Does what is missing of a run, one measure after the other. */
export async function executeRun(
  measures: readonly PreparedMeasure[],
  run: MeasureRun,
): Promise<void> {
  for (const measure of measures) {
    run.signal.throwIfAborted();
    await measure.execute(run);
  }
}
