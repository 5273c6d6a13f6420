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
const READERS: Readonly<Record<RunKind, (folder: string) => Rendition>> = {
  humaneval: (folder) => renditionOfRun(summarizedRun(folder)),
  suites: (folder) => renditionOfSuiteRuns(summarizedSuites(folder)),
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

/** The report of whatever run lies in a folder, from its records alone. */
export function readReport(folder: string): Rendition {
  return READERS[findHeader(folder).kind](folder);
}
