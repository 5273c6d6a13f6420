import type { CommandModule } from 'yargs';
import { parseDoctorOptions } from '../options/doctor-options.ts';
import { renderDoctorReport } from '../report/doctor.ts';
import { renderJson } from '../report/formats/json.ts';
import { flag, SANDBOX_FLAGS, text } from './flags.ts';
import type { Host, Outcome } from '../app/host.ts';
import { runDoctor } from '../app/doctor/run.ts';

/** `evalkit doctor`: whether the main job can run here, with what, and how protected. */
export function doctorCommand(
  host: Host,
  finish: (outcome: Outcome) => void,
): CommandModule<object, Record<string, unknown>> {
  return {
    command: 'doctor',
    describe: 'Say whether evalkit can do its job on this machine, and what with',
    builder: (yargs) =>
      yargs
        .options({
          data: text("HumanEval's file, for the self-test (also EVALKIT_DATA)"),
          offline: flag('Use only what is on this machine'),
          json: flag('Print the findings as JSON and nothing else on stdout'),
        })
        .options(SANDBOX_FLAGS),
    handler: async (typed) => {
      const options = parseDoctorOptions(typed, await host.section('doctor', typed));
      const report = await runDoctor(options, host);
      await host.print(options.json ? renderJson(report) : renderDoctorReport(report));
      const isFit = report.checks.every((check) => check.status !== 'failed');
      finish({ kind: isFit ? 'done' : 'incomplete' });
    },
  };
}
