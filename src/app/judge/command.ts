import { renditionOfJudge } from '../../report/judge/rendition.ts';
import type { Host, Outcome } from '../host.ts';
import { printReport, refuseUnprintable } from '../report-output.ts';
import type { JudgeOptions } from './options.ts';
import { runJudge } from './run.ts';

/** Judges samples and prints what came of it. */
export async function judge(options: JudgeOptions, host: Host): Promise<Outcome> {
  refuseUnprintable(host, options);
  const judged = await runJudge(options, host);
  await printReport(host, renditionOfJudge(judged), options);
  return { kind: judged.report.status === 'incomplete' ? 'incomplete' : 'done' };
}
