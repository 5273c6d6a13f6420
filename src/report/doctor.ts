import type { DoctorReport } from '../records/doctor-report.ts';

const MARKS = { ok: 'ok', warning: 'warning', failed: 'FAILED' } as const;

/** What `evalkit doctor` found, a line each; ends with a newline. */
export function renderDoctorReport({ evalkit, checks }: DoctorReport): string {
  const lines = checks.map(({ name, status, detail }) => `${MARKS[status]}  ${name}: ${detail}`);
  return [`evalkit ${evalkit}`, ...lines, ''].join('\n');
}
