import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { renditionOfRun } from '../../report/humaneval/rendition.ts';
import { renditionOfJudge } from '../../report/judge/rendition.ts';
import type { Host, Outcome } from '../host.ts';
import { printReport, refuseUnprintable } from '../report-output.ts';
import { about } from '../../options/message.ts';
import { usageError } from '../../records/error.ts';
import { renditionOfSuiteRuns, type SuiteToRender } from '../../report/suites/runs.ts';
import { isIncomplete } from '../humaneval/stage.ts';
import { writeReports } from '../report-files.ts';
import { ownFileAlone } from '../suite.ts';
import { suiteRuns } from '../suite-runs.ts';
import { type JudgeOptions, judgeOptions } from './options.ts';
import { judgeRun } from './judge-run.ts';
import { runJudge } from './run.ts';

/** Judges samples and prints what came of it. */
export async function judge(options: JudgeOptions, host: Host): Promise<Outcome> {
  refuseUnprintable(host, options);
  const folder = resolve(host.cwd, options.samples);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) {
    return judgeFolder(folder, options, host);
  }
  const judged = await runJudge(options, host);
  await printReport(host, renditionOfJudge(judged), options);
  return { kind: judged.report.status === 'incomplete' ? 'incomplete' : 'done' };
}

/** Judges what a run lacks, or each run of a folder of several suites. */
async function judgeFolder(folder: string, options: JudgeOptions, host: Host): Promise<Outcome> {
  const suites = suiteRuns(folder, host.cwd);
  if (suites === undefined) {
    const judged = await judgeRun(folder, options, host);
    await printReport(host, renditionOfRun(judged), options);
    return { kind: isIncomplete('judge', judged) ? 'incomplete' : 'done' };
  }
  const { suite, data } = judgeOptions.options;
  const ofOne = [suite, data].find(({ name }) => options[name] !== undefined);
  if (ofOne !== undefined) {
    throw usageError(
      about`${ofOne} is of one suite, and ${options.samples} has ${suites.length}; name one of them: ${suites.map(({ run }) => run).join(', ')}`,
    );
  }
  const judged: SuiteToRender[] = [];
  for (const { name, run } of suites) {
    judged.push({ suite: name, run: await judgeRun(run, options, ownFileAlone(host)) });
  }
  const rendition = renditionOfSuiteRuns(judged);
  await writeReports(folder, rendition);
  await printReport(host, rendition, options);
  const isUndone = judged.some(({ run }) => isIncomplete('judge', run));
  return { kind: isUndone ? 'incomplete' : 'done' };
}
