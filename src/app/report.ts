import { join } from 'node:path';
import { renditionOfBench } from '../report/bench/rendition.ts';
import { summarizeBench } from '../report/bench/summary.ts';
import { renditionOfRun, type RunToRender } from '../report/humaneval/rendition.ts';
import { summarize } from '../report/humaneval/summary.ts';
import { renditionOfJudge } from '../report/judge/rendition.ts';
import { summarizeJudge } from '../report/judge/summary.ts';
import { renditionOfPerplexity } from '../report/perplexity/rendition.ts';
import { summarizePerplexity } from '../report/perplexity/summary.ts';
import type { Rendition } from '../report/rendition.ts';
import { renditionOfSuiteRuns, type SuiteToRender } from '../report/suites/runs.ts';
import { readBench } from '../store/bench-store.ts';
import { readJudge } from '../store/judge-store.ts';
import { KINDS, type RunKind } from '../store/kinds.ts';
import { findHeader, readHeader } from '../store/read-folder.ts';
import { readRun } from '../store/run-store.ts';
import { readScores } from '../store/score-store.ts';
import type { Host } from './host.ts';
import { findPrompts } from './prompts.ts';

type Reader = (folder: string, host: Pick<Host, 'env' | 'cwd'>) => Rendition | Promise<Rendition>;

/** What a run's records sum up to, with the records. */
export function summarizedRun(folder: string): RunToRender {
  const records = readRun(folder);
  return { records, report: summarize(records) };
}

/** The same of each suite of a folder of several. */
export function summarizedSuites(folder: string): SuiteToRender[] {
  const { header } = readHeader(folder, KINDS.suites);
  return header.plan.suites.map(({ name, folder: own }) => ({
    suite: name,
    run: summarizedRun(join(folder, own)),
  }));
}

/** Every kind of run: how its records become a report. */
const READERS: Readonly<Record<RunKind, Reader>> = {
  humaneval: async (folder, host) => renditionOfRun(await withPrompts(summarizedRun(folder), host)),
  suites: async (folder, host) => {
    const suites: SuiteToRender[] = [];
    for (const { suite, run } of summarizedSuites(folder)) {
      suites.push({ suite, run: await withPrompts(run, host) });
    }
    return renditionOfSuiteRuns(suites);
  },
  bench: (folder) => {
    const { header, results } = readBench(folder);
    return renditionOfBench(summarizeBench(header, results));
  },
  perplexity: (folder) => {
    const records = readScores(folder);
    return renditionOfPerplexity(summarizePerplexity(records), records.header);
  },
  judge: (folder) => {
    const records = readJudge(folder);
    const report = summarizeJudge(records);
    return renditionOfJudge({ report, origin: records.header, verdicts: () => records.verdicts });
  },
};

/** The report of whatever run lies in a folder, from its records, with prompts where its data set is at hand. */
export async function readReport(
  folder: string,
  host: Pick<Host, 'env' | 'cwd'>,
): Promise<Rendition> {
  return await READERS[findHeader(folder).kind](folder, host);
}

/** A run with its tasks' prompts, where its data set is at hand. */
async function withPrompts(
  run: RunToRender,
  host: Pick<Host, 'env' | 'cwd'>,
): Promise<RunToRender> {
  const found = await findPrompts(run.records.header.plan.dataset, { host });
  return 'notRun' in found ? run : { ...run, prompts: found.prompts };
}
