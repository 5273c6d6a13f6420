import { sum } from 'simple-statistics';
import { executeRun } from '../../harness/run.ts';
import { type Generated, takeOver } from '../../measures/pass-rate/take-over.ts';
import { EvalkitError } from '../../records/error.ts';
import { sha256Json } from '../../records/hash.ts';
import { planHash } from '../../records/keys.ts';
import type { ProgressSink, RunPart } from '../../records/progress.ts';
import type { Report } from '../../records/report.ts';
import type { Stage } from '../../records/stage.ts';
import type { SuitesHeader, SuitesPlan } from '../../records/suites.ts';
import { renditionOfRun } from '../../report/humaneval/rendition.ts';
import type { Rendition } from '../../report/rendition.ts';
import {
  renditionOfSuiteRuns,
  statusOfSuites,
  type SuiteToRender,
} from '../../report/suites/runs.ts';
import { KINDS } from '../../store/kinds.ts';
import { RunFolder } from '../../store/run-folder.ts';
import { readRun, RunStore } from '../../store/run-store.ts';
import { fingerprintDifferences, sessionOf } from '../fingerprint.ts';
import type { Host } from '../host.ts';
import { resolveModels } from '../models/choose.ts';
import { lookAtModels } from '../models/look-at-model.ts';
import { writeReportFiles, writeReports } from '../report-files.ts';
import { describeSandbox, NO_SANDBOX } from '../sandbox.ts';
import { typedCommand } from '../where-more.ts';
import { checkTestSeed, newTestSeed } from '../test-seed.ts';
import type { HumanevalOptions } from './options.ts';
import { type PreparedRuns, prepareRuns } from './prepare.ts';
import { type PreparedRun, suiteFolder } from './prepare-suite.ts';
import { isIncomplete } from './stage.ts';

/** What a command has measured, and where it lies. */
export interface Measured {
  readonly folder: string;
  readonly rendition: Rendition;
  readonly status: Report['status'];
  /** Something is missing of what the command was told to do. */
  readonly isUndone: boolean;
  /** Of the cells, which are the same with every suite. */
  readonly cells: Report['cells'];
  /** Of all tasks of its suites. */
  readonly dataset: { readonly total: number };
}

/** All of `evalkit humaneval`: from checked options to the report of the finished runs. */
export async function runHumaneval(options: HumanevalOptions, host: Host): Promise<Measured> {
  await using prepared = await prepareRuns(options, host, {
    isDry: false,
    // Judging needs no weights: what it takes to know the run by is enough.
    models: (items, opened) =>
      options.only === 'judge'
        ? lookAtModels(items, { options, opened, host })
        : resolveModels(items, { options, host, opened }),
  });
  const { folder } = prepared;
  if (folder === undefined) {
    throw new Error('a run without a folder');
  }
  await executeAll(prepared, folder, { options, host });
  const measured = await reportOn(prepared.runs, folder, options.only);
  host.progress({ kind: 'note', text: `run: ${folder}` });
  return measured;
}

interface Command {
  readonly options: HumanevalOptions;
  readonly host: Host;
}

/** All runs are begun before the first token, so that what another command left is refused by then. */
async function executeAll(prepared: PreparedRuns, folder: string, command: Command): Promise<void> {
  const { runs, engines, modelPaths } = prepared;
  await using stack = new AsyncDisposableStack();
  if (runs.length > 1) {
    stack.use(await openSuites(runs, folder, command));
  }
  const opened: [PreparedRun, RunStore][] = [];
  for (const run of runs) {
    opened.push([run, stack.use(await openStore(run, command))]);
  }
  const { progress: tell } = command.host;
  if (command.options.only !== 'judge') {
    tell({ kind: 'run-started', parts: opened.flatMap((one) => partsOf(one, runs.length > 1)) });
  }
  const generated: Generated[] = [];
  for (const [run, store] of opened) {
    const suite = run.plan.dataset.suite.name;
    takeOver(generated, { store, tasks: run.tasks });
    const { options, host } = command;
    const progress = runs.length === 1 ? host.progress : naming(suite, host.progress);
    await execute({ ...run, engines, modelPaths }, store, { options, host: { ...host, progress } });
    generated.push({ suite, completions: store.completions });
  }
  tell({ kind: 'run-ended' });
}

/** What a run is to have of each measure, and has. */
function partsOf(
  [{ measures, plan }, store]: [PreparedRun, RunStore],
  isNamed: boolean,
): RunPart[] {
  const records = store.completions.size === 0 ? undefined : readRun(store.folder);
  return measures.flatMap((measure) => {
    const counts = [...measure.count(records).values()];
    const asked = sum(counts.map((count) => count.asked));
    const done = sum(counts.map(({ present }) => present));
    const name = isNamed ? partName(plan.dataset.suite.name, measure.unit) : measure.unit;
    return asked === 0 ? [] : [{ name, asked, done }];
  });
}

/** Steps and parts of several suites are told apart. */
function naming(suite: string, progress: ProgressSink): ProgressSink {
  return (event) => {
    if ('step' in event) {
      progress({ ...event, step: `${suite}: ${event.step}` });
    } else {
      progress('part' in event ? { ...event, part: partName(suite, event.part) } : event);
    }
  };
}

function partName(suite: string, unit: string): string {
  return `${unit} of ${suite}`;
}

async function execute(
  { measures, ...run }: PreparedRun & Pick<PreparedRuns, 'engines' | 'modelPaths'>,
  store: RunStore,
  { options, host }: Command,
): Promise<void> {
  const { threads } = options;
  const { progress, signal, availableMemory } = host;
  const session = sessionOf(host, run.sandbox?.identity.runtime);
  try {
    await executeRun(measures, {
      ...run,
      store,
      session,
      stage: options.only,
      threads,
      availableMemory,
      progress,
      signal,
    });
  } catch (error) {
    if (error instanceof EvalkitError && store.completions.size > 0) {
      // What was generated and judged is worth its report whatever a later measure stumbles over.
      await writeReportFiles(store.folder, run.tasks);
    }
    throw error;
  }
}

/** Writes the reports of the runs, and of several one over all of them. */
async function reportOn(
  runs: readonly PreparedRun[],
  folder: string,
  only: Stage | undefined,
): Promise<Measured> {
  const suites: SuiteToRender[] = [];
  for (const { folder: own = folder, plan, tasks } of runs) {
    suites.push({ suite: plan.dataset.suite.name, run: await writeReportFiles(own, tasks) });
  }
  const [first, ...others] = suites;
  if (first === undefined) {
    throw new Error('a command without a run');
  }
  const reports = suites.map(({ run }) => run.report);
  const rendition = others.length === 0 ? renditionOfRun(first.run) : renditionOfSuiteRuns(suites);
  if (others.length > 0) {
    await writeReports(folder, rendition);
  }
  return {
    folder,
    rendition,
    status: statusOfSuites(reports),
    isUndone: suites.some(({ run }) => isIncomplete(only, run)),
    cells: first.run.report.cells,
    dataset: { total: sum(reports.map(({ dataset }) => dataset.total)) },
  };
}

/** Begins the folder that holds the runs of several suites. */
function openSuites(
  runs: readonly PreparedRun[],
  folder: string,
  { options, host }: Command,
): Promise<AsyncDisposable> {
  const plan: SuitesPlan = {
    suites: runs.map((run) => ({
      name: run.plan.dataset.suite.name,
      folder: suiteFolder(run.plan),
    })),
  };
  const header: SuitesHeader = {
    version: 2,
    kind: 'suites',
    ...sessionOf(host),
    planHash: sha256Json(plan),
    plan,
  };
  return RunFolder.open(KINDS.suites, { folder, header, fresh: options.fresh }, (run) => run);
}

/** Opens or begins the run; says so if it was begun on another machine or with other software. */
async function openStore(
  { plan, sandbox, folder, shard }: PreparedRun,
  { options, host }: Command,
): Promise<RunStore> {
  if (folder === undefined) {
    throw new Error('a run without a folder');
  }
  const session = sessionOf(host, sandbox?.identity.runtime);
  const store = await RunStore.open({
    folder,
    fresh: options.fresh,
    header: {
      version: 2,
      kind: 'humaneval',
      ...session,
      planHash: planHash(plan),
      ...typedCommand(host),
      plan,
      ...(sandbox === undefined
        ? { sandbox: NO_SANDBOX }
        : { sandbox: describeSandbox(sandbox.identity), testSeed: newTestSeed(options) }),
      ...(shard === undefined ? {} : { shard }),
    },
  });
  if (sandbox !== undefined) {
    checkTestSeed(options, store.header);
  }
  const differences = fingerprintDifferences(store.header.fingerprint, session.fingerprint);
  if (differences.length > 0) {
    host.progress({
      kind: 'warning',
      text: `this run was started on another machine or with other software, so floats may differ: ${differences.join(', ')}`,
    });
  }
  return store;
}
