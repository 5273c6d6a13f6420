import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { renditionOfRun } from '../../report/humaneval/rendition.ts';
import { renditionOfJudge } from '../../report/judge/rendition.ts';
import type { Host, Outcome } from '../host.ts';
import { printReport, refuseUnprintable } from '../report-output.ts';
import type { JudgeOptions } from './options.ts';
import { isIncomplete } from '../humaneval/stage.ts';
import { judgeRun } from './judge-run.ts';
import { runJudge } from './run.ts';

/** Judges samples and prints what came of it. */
export async function judge(options: JudgeOptions, host: Host): Promise<Outcome> {
  refuseUnprintable(host, options);
  const folder = resolve(host.cwd, options.samples);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) {
    const judged = await judgeRun(folder, options, host);
    await printReport(host, renditionOfRun(judged), options);
    return { kind: isIncomplete('judge', judged) ? 'incomplete' : 'done' };
  }
  const judged = await runJudge(options, host);
  await printReport(host, renditionOfJudge(judged), options);
  return { kind: judged.report.status === 'incomplete' ? 'incomplete' : 'done' };
}
