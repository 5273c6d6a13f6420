import { renditionOfBench } from '../report/bench/rendition.ts';
import { summarizeBench } from '../report/bench/summary.ts';
import { renditionOfRun } from '../report/humaneval/rendition.ts';
import { summarize } from '../report/humaneval/summary.ts';
import { renditionOfJudge } from '../report/judge/rendition.ts';
import { summarizeJudge } from '../report/judge/summary.ts';
import { renditionOfPerplexity } from '../report/perplexity/rendition.ts';
import { summarizePerplexity } from '../report/perplexity/summary.ts';
import type { Rendition } from '../report/rendition.ts';
import { readBench } from '../store/bench-store.ts';
import { readJudge } from '../store/judge-store.ts';
import type { RunKind } from '../store/kinds.ts';
import { findHeader } from '../store/read-folder.ts';
import { readRun } from '../store/run-store.ts';
import { readScores } from '../store/score-store.ts';
import type { Host } from './host.ts';
import { findPrompts } from './prompts.ts';

type Reader = (folder: string, host: Pick<Host, 'env' | 'cwd'>) => Rendition | Promise<Rendition>;

/** Every kind of run: how its records become a report. */
const READERS: Readonly<Record<RunKind, Reader>> = {
  humaneval: async (folder, host) => {
    const records = readRun(folder);
    const found = await findPrompts(records.header.plan.dataset, { host });
    const prompts = 'notRun' in found ? {} : { prompts: found.prompts };
    return renditionOfRun({ records, report: summarize(records), ...prompts });
  },
  bench: (folder) => {
    const { header, results } = readBench(folder);
    return renditionOfBench(summarizeBench(header, results));
  },
  perplexity: (folder) => renditionOfPerplexity(summarizePerplexity(readScores(folder))),
  judge: (folder) => {
    const records = readJudge(folder);
    return renditionOfJudge({ report: summarizeJudge(records), verdicts: () => records.verdicts });
  },
};

/** The report of whatever run lies in a folder, from its records, with prompts where its data set is at hand. */
export async function readReport(
  folder: string,
  host: Pick<Host, 'env' | 'cwd'>,
): Promise<Rendition> {
  return await READERS[findHeader(folder).kind](folder, host);
}
