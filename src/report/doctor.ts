import type { DoctorReport } from '../records/doctor-report.ts';

const MARKS = { ok: 'ok', absent: 'absent', warning: 'warning', failed: 'FAILED' } as const;

/** What `evalkit doctor` found, a line each; ends with a newline. */
export function renderDoctorReport({ evalkit, checks }: DoctorReport): string {
  const lines = checks.map(({ name, status, detail }) => `${MARKS[status]}  ${name}: ${detail}`);
  return [`evalkit ${evalkit}`, ...lines, '', conclusionOf(checks), ''].join('\n');
}

function conclusionOf(checks: DoctorReport['checks']): string {
  const failed = checks.filter(({ status }) => status === 'failed').map(({ name }) => name);
  return failed.length === 0
    ? 'This machine can do the job. A first look: evalkit humaneval --limit 5 --no-latency --no-perplexity'
    : `This machine cannot do the job yet; what failed: ${[...new Set(failed)].join(', ')}`;
}
