import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { groupByLoad } from '../../measures/load-groups.ts';
import { about } from '../../options/message.ts';
import { environmentError, usageError } from '../../records/error.ts';
import { renditionOfRun } from '../../report/humaneval/rendition.ts';
import type { Rendition } from '../../report/rendition.ts';
import { type AnyHeader, type Kind, KINDS, type RunKind, wordsOf } from '../../store/kinds.ts';
import { isLocked } from '../../store/lock-folder.ts';
import { readParts } from '../../store/merge/headers.ts';
import type { Source } from '../../store/merge/line-pool.ts';
import { prepareJudgeMerge } from '../../store/merge/merge-judge.ts';
import { type PreparedMerge, prepareRunMerge } from '../../store/merge/merge-run.ts';
import { prepareScoreMerge } from '../../store/merge/merge-scores.ts';
import { sourcesBySuite, writeSuites } from '../../store/merge/merge-suites.ts';
import { refuseDestination, writeWhole } from '../../store/merge/staging.ts';
import { findHeader, readHeader } from '../../store/read-folder.ts';
import type { Host } from '../host.ts';
import { findPrompts } from '../prompts.ts';
import { readReport } from '../report.ts';
import { writeReportFiles, writeReports } from '../report-files.ts';
import { type MergeOptions, mergeOptions } from './options.ts';
import { missingText } from './missing-text.ts';

const { options: asked } = mergeOptions;

/** A merge that was found to be possible, with what will be missing, in words. */
interface Prepared extends Pick<PreparedMerge, 'write'> {
  readonly missing: readonly string[];
}

/** How the shards of a kind of run become one. */
interface Merger {
  readonly kind: Kind<AnyHeader>;
  readonly prepare: (sources: readonly Source[], options: MergeOptions) => Prepared;
  /** Writes the whole run's reports. */
  readonly report: (folder: string, host: Host) => Promise<Rendition>;
}

const MERGERS: Readonly<Partial<Record<RunKind, Merger>>> = {
  humaneval: { kind: KINDS.humaneval, prepare: prepareRun, report: reportRun },
  suites: { kind: KINDS.suites, prepare: prepareSuites, report: reportSuites },
  judge: {
    kind: KINDS.judge,
    prepare: (sources) => inWords(prepareJudgeMerge(readParts(KINDS.judge, sources))),
    report: reportPlainly,
  },
  perplexity: {
    kind: KINDS.perplexity,
    prepare: (sources) => inWords(prepareScoreMerge(readParts(KINDS.perplexity, sources))),
    report: reportPlainly,
  },
};

function prepareRun(sources: readonly Source[], { latency }: MergeOptions): Prepared {
  const parts = readParts(KINDS.humaneval, sources);
  const cells = groupByLoad(parts[0].header.plan.cells).flatMap((group) => group.cells);
  return inWords(prepareRunMerge({ parts, cells, latency }));
}

function prepareSuites(sources: readonly Source[], options: MergeOptions): Prepared {
  const parts = readParts(KINDS.suites, sources);
  const merges = sourcesBySuite(parts).map(({ suite, folder, sources: own }) => ({
    suite,
    folder,
    ...prepareRun(own, options),
  }));
  return {
    missing: merges.flatMap(({ suite, missing }) => missing.map((text) => `${suite}: ${text}`)),
    write: writeSuites(parts, merges),
  };
}

function inWords({ missing, write }: PreparedMerge): Prepared {
  return { missing: missing.map((one) => missingText(one)), write };
}

/** A merged run's report, and what is missing of it, in words. */
export interface Merged {
  readonly rendition: Rendition;
  readonly missing: readonly string[];
}

/** All of `evalkit merge`: from checked options to the report of the whole run. */
export async function runMerge(options: MergeOptions, host: Host): Promise<Merged> {
  const sources = chooseSources(options.shards, host.cwd);
  const { kind, prepare, report } = mergerOf(sources);
  const destination = { folder: resolve(host.cwd, options.out), fresh: options.fresh };
  refuseDestination(kind, destination);
  refuseItself(sources, destination.folder, options.out);
  for (const { folder, name } of sources) {
    if (await isWrittenTo(folder)) {
      throw environmentError(`another evalkit is writing to ${name}; merge when it has ended`);
    }
  }
  const { missing, write } = prepare(sources, options);
  host.signal.throwIfAborted();
  await writeWhole(destination, write);
  const rendition = await report(destination.folder, host);
  host.progress({ kind: 'note', text: `merged: ${destination.folder}` });
  return { rendition, missing };
}

/** Whether a command writes to a run, or to one of several suites in it. */
async function isWrittenTo(folder: string): Promise<boolean> {
  const suites =
    findHeader(folder).kind === 'suites'
      ? readHeader(folder, KINDS.suites).header.plan.suites.map((suite) => suite.folder)
      : [];
  for (const own of ['.', ...suites]) {
    if (await isLocked(join(folder, own))) {
      return true;
    }
  }
  return false;
}

async function reportSuites(folder: string, host: Host): Promise<Rendition> {
  for (const suite of readHeader(folder, KINDS.suites).header.plan.suites) {
    await reportRun(join(folder, suite.folder), host);
  }
  return reportPlainly(folder, host);
}

async function reportRun(folder: string, host: Host): Promise<Rendition> {
  const { dataset } = readHeader(folder, KINDS.humaneval).header.plan;
  const found = await findPrompts(dataset, { host });
  const prompts = 'notRun' in found ? [] : [...found.prompts];
  return renditionOfRun(
    await writeReportFiles(
      folder,
      prompts.map(([taskId, prompt]) => ({ taskId, prompt })),
    ),
  );
}

async function reportPlainly(folder: string, host: Host): Promise<Rendition> {
  const rendition = await readReport(folder, host);
  await writeReports(folder, rendition);
  return rendition;
}

/** The folders, each once. Throws a usage error for one that is named twice. */
function chooseSources(names: readonly string[], cwd: string): Source[] {
  const sources = names.map((name) => ({ name, folder: resolve(cwd, name) }));
  const seen = new Map<string, string>();
  for (const { name, folder } of sources) {
    findHeader(folder);
    const real = realpathSync(folder);
    const other = seen.get(real);
    if (other !== undefined) {
      throw usageError(`${other} and ${name} are the same folder; name each shard once`);
    }
    seen.set(real, name);
  }
  return sources;
}

function mergerOf(sources: readonly Source[]): Merger {
  const [first] = sources;
  if (first === undefined) {
    throw usageError(about`${asked.shards} is missing; see --help`);
  }
  const { kind } = findHeader(first.folder);
  const merger = MERGERS[kind];
  if (merger === undefined) {
    throw usageError(`${first.name} holds ${wordsOf(kind)}, which has no shards`);
  }
  return merger;
}

function refuseItself(sources: readonly Source[], folder: string, out: string): void {
  const found = sources.find((source) => source.folder === folder);
  if (found !== undefined) {
    throw usageError(
      about`${asked.out} ${out} is one of the folders that are merged; choose another ${asked.out}`,
    );
  }
}
