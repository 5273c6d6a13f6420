import { counted } from '../../records/counted.ts';
import type { CellReport, Report } from '../../records/report.ts';
import type { RunRecords } from '../../store/run-store.ts';
import { busyMachine, differingThreads } from '../words/warnings.ts';

/** Bootstrap intervals from fewer tasks are too narrow. */
const FEW_TASKS = 8;

/** What a reader must know before trusting the latency pass, each with its remedy. */
export function latencyWarnings(
  cells: readonly CellReport[],
  latency: Report['latency'],
  records: RunRecords,
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
  const threads = differingThreads(threadCounts(records));
  if (threads !== undefined) {
    warnings.push(
      `latency: ${threads}; delete timings.jsonl and rerun the same command with --threads`,
    );
  }
  if (tasks < FEW_TASKS) {
    warnings.push(
      `latency: intervals over ${counted(tasks, 'task')} are too narrow to trust; raise --latency-tasks to ${FEW_TASKS} or more`,
    );
  }
  return warnings;
}

/** Of the sessions that the timings were taken in; where they do not tell, of a cell's last one. */
function threadCounts({ sessions, timings }: RunRecords): (readonly [string, number])[] {
  const own = sessions.filter(({ pass }) => pass === 'latency');
  const named = new Set(timings.map(({ session }) => session));
  const last = new Map(own.map((session) => [session.cell, session]));
  return own
    .filter((each) =>
      each.session === undefined ? last.get(each.cell) === each : named.has(each.session),
    )
    .flatMap(({ cell, threads }) => (threads === undefined ? [] : [[cell, threads] as const]));
}
