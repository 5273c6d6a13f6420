import { counted } from '../../records/counted.ts';
import { resolve } from 'node:path';
import type { BenchOptions } from './options.ts';
import { DEFAULT_ENGINE } from '../../engines/index.ts';
import { missingCapability } from '../../engines/capabilities.ts';
import { estimateGrid, executeBench } from '../../measures/bench/execute.ts';
import type { BenchRunOptions } from '../../measures/bench/cell.ts';
import { makeBenchPlan } from '../../measures/bench/plan.ts';
import { DEFAULT_SUITE } from '../../suites/index.ts';
import type { ModelItem } from '../../models/item.ts';
import type { BenchPlan, BenchReport } from '../../records/bench.ts';
import { usageError } from '../../records/error.ts';
import { planHash } from '../../records/keys.ts';
import type { ModelRecord } from '../../records/model.ts';
import type { Task } from '../../records/task.ts';
import { totalText } from '../../report/bench/estimate.ts';
import { type BenchEstimate, renditionOfBench } from '../../report/bench/rendition.ts';
import { summarizeBench } from '../../report/bench/summary.ts';
import { KINDS } from '../../store/kinds.ts';
import { BenchStore, readBench } from '../../store/bench-store.ts';
import { loadSuite } from '../data.ts';
import { fitItems, type OpenedEngine, openEngines, plannedEngine } from '../engines.ts';
import { takeFingerprint } from '../fingerprint.ts';
import type { Host } from '../host.ts';
import { lookAtModel, type ModelAtHand } from '../models/look-at-model.ts';
import { chooseModels, noteModels, resolveModels } from '../models/choose.ts';
import { checkFolder, defaultFolder } from '../folders.ts';
import { writeReports } from '../report-files.ts';

/** What `evalkit bench` ends with: a report, or with `--dry-run` the plan and its estimate. */
export type BenchResultOfCommand =
  | { readonly kind: 'report'; readonly report: BenchReport }
  | { readonly kind: 'dry-run'; readonly estimate: BenchEstimate };

/** All of `evalkit bench`: from checked options to the report of the finished grid. */
export async function runBench(options: BenchOptions, host: Host): Promise<BenchResultOfCommand> {
  const { items, notRun } = await fitItems(chooseModels(options, host), options, host);
  const opened = await openBenchEngine(items, options, host);
  const { definition, engine } = opened;
  checkFolder(KINDS.bench, options, host);
  const task = options.tokens === undefined ? undefined : await firstTask(options, host);
  noteModels(options, host);
  const models = await modelsFor(items, options, { host, opened });
  const planned = plannedEngine(items[0], new Map([[definition.name, opened]]));
  const plan = makeBenchPlan({
    ...options,
    models: models.map(({ record }) => record),
    settingsFor: ({ variant }) =>
      definition.settings('benchmark', options, variant).map((choice) => ({
        ...choice,
        engine: planned.identityOf(choice),
      })),
    answer:
      task === undefined || options.tokens === undefined
        ? undefined
        : { taskId: task.taskId, newTokens: options.tokens },
    common: {
      engine: engine.identity,
      warmup: options.warmup,
      repeats: options.repeats,
      threads: options.threads ?? null,
      memoryBytes: options.memory === undefined ? null : options.memory * 2 ** 20,
      cellTimeoutMs: options.cellTimeout * 1_000,
      notRun: [...options.notRun, ...notRun],
    },
  });
  const runOptions: BenchRunOptions = {
    engine,
    modelPaths: new Map(models.map(({ record, path }) => [record.weights.sha256, path] as const)),
    prompt: task === undefined ? undefined : { kind: 'text', text: task.prompt },
    progress: host.progress,
    signal: host.signal,
  };
  if (options.dryRun) {
    const estimates = await estimateGrid(plan.cells, plan, runOptions);
    return { kind: 'dry-run', estimate: { plan, estimates } };
  }
  const folder = resolve(host.cwd, options.out ?? folderOf(plan));
  await runGrid(folder, { plan, fresh: options.fresh, host, runOptions });
  return { kind: 'report', report: await writeBenchFiles(folder) };
}

/** For a dry run the models that are present, and names for the others. */
async function modelsFor(
  items: readonly ModelItem[],
  options: BenchOptions,
  { host, opened }: { readonly host: Host; readonly opened: OpenedEngine },
): Promise<{ readonly record: ModelRecord; readonly path: string | undefined }[]> {
  const from = { options, host, opened: new Map([[opened.definition.name, opened]]) };
  if (!options.dryRun) {
    return resolveModels(items, from);
  }
  const models: ModelAtHand[] = [];
  for (const item of items) {
    models.push(await lookAtModel(item, from));
  }
  return models;
}

/** A grid is of one engine: seconds of two are not held against each other. */
async function openBenchEngine(
  items: readonly ModelItem[],
  options: BenchOptions,
  host: Host,
): Promise<OpenedEngine> {
  const [opened, other] = [...(await openEngines(items, options, host)).values()];
  if (opened === undefined || other !== undefined) {
    throw usageError('a grid is measured by one engine; give models of one engine to each grid');
  }
  const missing = missingCapability(opened.definition, ['benchmark']);
  if (missing !== undefined) {
    throw usageError(`${missing}; name models of another engine, as ${DEFAULT_ENGINE}`);
  }
  return opened;
}

async function firstTask(options: BenchOptions, host: Host): Promise<Task | undefined> {
  const { tasks } = await loadSuite(DEFAULT_SUITE, options, host);
  return tasks[0];
}

async function runGrid(
  folder: string,
  {
    plan,
    fresh,
    host,
    runOptions,
  }: {
    readonly plan: BenchPlan;
    readonly fresh: boolean;
    readonly host: Host;
    readonly runOptions: BenchRunOptions;
  },
): Promise<void> {
  await using store = await BenchStore.open({
    folder,
    fresh,
    header: {
      version: 2,
      kind: 'bench',
      evalkit: host.evalkitVersion,
      planHash: planHash(plan),
      plan,
      fingerprint: takeFingerprint({ node: host.nodeVersion }),
      startedAt: new Date().toISOString(),
    },
  });
  await executeBench(store, {
    ...runOptions,
    onEstimates: (estimates) =>
      host.progress({
        kind: 'note',
        text: `bench: ${counted(plan.cells.length, 'cell')}, ${totalText(plan, estimates)}`,
      }),
  });
  host.progress({ kind: 'note', text: `grid: ${folder}` });
}

/** Throws a usage error where the engine refused every cell: nothing was measured then. */
async function writeBenchFiles(folder: string): Promise<BenchReport> {
  const { header, results } = readBench(folder);
  const report = summarizeBench(header, results);
  await writeReports(folder, renditionOfBench(report));
  const refused = results.flatMap(({ outcome }) =>
    outcome.kind === 'refused' ? [outcome.detail] : [],
  );
  const tried = header.plan.cells.filter(({ impossible }) => impossible === undefined);
  if (refused[0] !== undefined && refused.length === tried.length) {
    throw usageError(refused[0]);
  }
  return report;
}

function folderOf(plan: BenchPlan): string {
  const of = plan.cells.map((cell) => cell.model.base);
  return defaultFolder({ prefix: 'bench-', of, planHash: planHash(plan) });
}
