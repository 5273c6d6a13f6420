import type { EngineSessionRecord } from '../../records/completion.ts';
import type { CellReport, Report } from '../../records/report.ts';
import { busyMachine, differingThreads } from '../words/warnings.ts';

/** Bootstrap intervals from fewer tasks are too narrow. */
const FEW_TASKS = 8;

/** What a reader must know before trusting the latency pass, each with its remedy. */
export function latencyWarnings(
  cells: readonly CellReport[],
  latency: Report['latency'],
  sessions: readonly EngineSessionRecord[],
): string[] {
  if ('notRun' in latency) {
    return [];
  }
  const warnings: string[] = [];
  const { othersCpuShare, tasks, timings } = latency;
  const missing = cells.reduce((total, cell) => total + cell.timingsMissing, 0);
  if (missing > 0) {
    warnings.push(
      `latency: ${missing} of ${missing + timings} timings are missing; rerun the same command to resume`,
    );
  }
  const busy = busyMachine(othersCpuShare, 'completions were timed');
  if (busy !== undefined) {
    warnings.push(`latency: ${busy}; stop them, delete timings.jsonl and rerun the same command`);
  }
  // Of a cell the last session counts: timings that were taken anew have theirs.
  const timed = sessions.filter(({ pass }) => pass === 'latency');
  const counts = timed.flatMap(({ cell, threads: count }) =>
    count === undefined ? [] : [[cell, count] as const],
  );
  const threads = differingThreads([...new Map(counts)]);
  if (threads !== undefined) {
    warnings.push(
      `latency: ${threads}; delete timings.jsonl and rerun the same command with --threads`,
    );
  }
  if (tasks < FEW_TASKS) {
    warnings.push(
      `latency: intervals over ${tasks} tasks are too narrow to trust; raise --latency-tasks to ${FEW_TASKS} or more`,
    );
  }
  return warnings;
}
