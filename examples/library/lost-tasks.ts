/*
 * Ends with 1 where a candidate lost too many tasks of one class, whatever its pass rate as a whole.
 *
 *     node lost-tasks.ts results/reference results/candidate
 *
 * Each may be a run's folder or `RUN#cell`; the reference also a baseline file.
 */
import { compare, type Comparison, EvalkitError } from 'evalkit';

/** Tasks of HumanEval about sorting. */
const SORTING = new Set(
  [33, 37, 70, 88, 109, 116, 120, 123, 145].map((number) => `HumanEval/${number}`),
);

const MOST_LOST = 1;

const [reference, candidate] = process.argv.slice(2);

if (reference === undefined || candidate === undefined) {
  console.error('usage: node lost-tasks.ts REFERENCE CANDIDATE');
  process.exitCode = 2;
} else {
  check(reference, candidate);
}

function check(one: string, other: string): void {
  try {
    const { firstLine, comparisons } = compare({ reference: one, candidate: other });
    console.log(firstLine);
    for (const comparison of comparisons) {
      const lost = lostTasks(comparison);
      console.log(`${comparison.candidate.name}: ${lost.length} lost: ${lost.join(', ')}`);
      if (lost.length > MOST_LOST) {
        process.exitCode = 1;
      }
    }
  } catch (error) {
    // What was asked for cannot be done, and the message says why; anything else is a defect.
    if (!(error instanceof EvalkitError)) {
      throw error;
    }
    console.error(error.message);
    process.exitCode = error.kind === 'usage' ? 2 : 3;
  }
}

function lostTasks({ flips }: Comparison): string[] {
  return flips
    .filter(({ direction, taskId }) => direction === 'lost' && SORTING.has(taskId))
    .map(({ taskId }) => taskId);
}
