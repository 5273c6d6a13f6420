import { renderDoctorReport } from '../../report/doctor.ts';
import type { Host, Outcome } from '../host.ts';
import { printListing } from '../report-output.ts';
import type { DoctorOptions } from './options.ts';
import { runDoctor } from './run.ts';

/** Looks at the machine and prints what it found. */
export async function doctor(options: DoctorOptions, host: Host): Promise<Outcome> {
  const report = await runDoctor(options, host);
  await printListing(host, { data: report, text: renderDoctorReport(report) }, options);
  const isFit = report.checks.every((check) => check.status !== 'failed');
  return { kind: isFit ? 'done' : 'incomplete' };
}
