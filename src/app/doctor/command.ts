import { renderDoctorReport } from '../../report/doctor.ts';
import { renderJson } from '../../report/formats/json.ts';
import type { Host, Outcome } from '../host.ts';
import type { DoctorOptions } from './options.ts';
import { runDoctor } from './run.ts';

/** Looks at the machine and prints what it found. */
export async function doctor(options: DoctorOptions, host: Host): Promise<Outcome> {
  const report = await runDoctor(options, host);
  await host.print(options.json ? renderJson(report) : renderDoctorReport(report));
  const isFit = report.checks.every((check) => check.status !== 'failed');
  return { kind: isFit ? 'done' : 'incomplete' };
}
