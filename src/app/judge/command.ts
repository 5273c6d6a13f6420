import { renderJson } from '../../report/formats/json.ts';
import { renderJudgeReport } from '../../report/judge/document.ts';
import type { Host, Outcome } from '../host.ts';
import type { JudgeOptions } from './options.ts';
import { runJudge } from './run.ts';

/** Judges samples and prints what came of it. */
export async function judge(options: JudgeOptions, host: Host): Promise<Outcome> {
  const report = await runJudge(options, host);
  await host.print(options.json ? renderJson(report) : renderJudgeReport(report));
  return { kind: report.status === 'incomplete' ? 'incomplete' : 'done' };
}
