import { counted } from '../../records/counted.ts';
import { resolve } from 'node:path';
import type { BenchOptions } from './options.ts';
import { DEFAULT_ENGINE, SERVER_ENGINE } from '../../engines/index.ts';
import type { ServedModel } from '../../engines/engine.ts';
import { missingCapability } from '../../engines/capabilities.ts';
import { estimateGrid, executeBench } from '../../measures/bench/execute.ts';
import type { BenchRunOptions } from '../../measures/bench/cell.ts';
import { type BenchChoice, makeBenchPlan } from '../../measures/bench/plan.ts';
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
import {
  enginesByName,
  fitItems,
  type OpenedEngine,
  openEngines,
  plannedEngine,
} from '../engines.ts';
import { takeFingerprint } from '../fingerprint.ts';
import type { Host } from '../host.ts';
import { typedCommand } from '../where-more.ts';
import { lookAtModels } from '../models/look-at-model.ts';
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
  const opened = await openBenchEngines(items, options, host);
  checkFolder(KINDS.bench, options, host);
  const isServed = opened.has(SERVER_ENGINE);
  const tasks = options.tokens === undefined && !isServed ? [] : await suiteTasks(options, host);
  const [task] = tasks;
  noteModels(options, host);
  const models = await modelsFor(items, options, { host, opened });
  const choicesFor = (record: ModelRecord): BenchChoice[] => {
    const index = models.findIndex((model) => model.record === record);
    const planned = plannedEngine(items[index], opened, { served: models[index]?.served });
    return planned
      .settings('benchmark', options, record.variant)
      .map((choice) => ({ ...choice, engine: planned.identityOf(choice) }));
  };
  const plan = makeBenchPlan({
    ...options,
    models: models.map(({ record }) => record),
    settingsFor: choicesFor,
    load: isServed
      ? { parallel: options.parallel ?? [1, 2, 4], requests: options.requests ?? 16 }
      : undefined,
    answer:
      task === undefined || options.tokens === undefined
        ? undefined
        : { taskId: task.taskId, newTokens: options.tokens },
    common: {
      engine: gridIdentity(models, opened, choicesFor),
      warmup: options.warmup,
      repeats: options.repeats,
      threads: options.threads ?? null,
      memoryBytes: options.memory === undefined ? null : options.memory * 2 ** 20,
      cellTimeoutMs: options.cellTimeout * 1_000,
      notRun: [...options.notRun, ...notRun],
    },
  });
  const runOptions: BenchRunOptions = {
    engines: enginesByName(opened),
    modelPaths: new Map(models.map(({ record, path }) => [record.weights.sha256, path] as const)),
    prompts: tasks.map(({ prompt }) => ({ kind: 'text', text: prompt })),
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

/**
 * What the grid is said to be measured by: of one served model its server, of several what asks them,
 * else the software of the first cell. Cells of other software name their own.
 */
function gridIdentity(
  models: readonly ModelOfGrid[],
  opened: ReadonlyMap<string, OpenedEngine>,
  choicesFor: (record: ModelRecord) => readonly BenchChoice[],
): BenchPlan['engine'] {
  const identity = opened.get(SERVER_ENGINE)?.engine.identity;
  const [model] = models;
  if (identity === undefined) {
    const [first] = model === undefined ? [] : choicesFor(model.record);
    if (first === undefined) {
      throw new Error('a grid without a cell');
    }
    return first.engine;
  }
  const served = models.flatMap((one) => one.served ?? []);
  for (const one of served) {
    const missing = missingCapability(
      { name: identity.name, capabilities: one.capabilities, lacks: one.lacks },
      ['throughput'],
    );
    if (missing !== undefined) {
      throw usageError(`${one.weights.name}: ${missing}`);
    }
  }
  const [only, other] = served;
  return only === undefined || other !== undefined ? identity : only.identity;
}

interface ModelOfGrid {
  readonly record: ModelRecord;
  readonly path: string | undefined;
  readonly served?: ServedModel;
}

/** For a dry run the models that are present, and names for the others. */
async function modelsFor(
  items: readonly ModelItem[],
  options: BenchOptions,
  { host, opened }: { readonly host: Host; readonly opened: ReadonlyMap<string, OpenedEngine> },
): Promise<ModelOfGrid[]> {
  const from = { options, host, opened };
  if (!options.dryRun) {
    return resolveModels(items, from);
  }
  return lookAtModels(items, from);
}

/**
 * Throws a usage error for an engine that cannot be timed over fixed lengths, and for served models
 * beside others: requests to a server are another measurement.
 */
async function openBenchEngines(
  items: readonly ModelItem[],
  options: BenchOptions,
  host: Host,
): Promise<Map<string, OpenedEngine>> {
  const opened = await openEngines(items, options, host);
  if (opened.has(SERVER_ENGINE)) {
    if (opened.size > 1) {
      throw usageError(
        'served models are timed by requests and others by fixed lengths; give each a grid of its own',
      );
    }
    // What a served model can do, its server says later.
    return opened;
  }
  for (const { definition } of opened.values()) {
    const missing = missingCapability(definition, ['benchmark']);
    if (missing !== undefined) {
      throw usageError(`${missing}; name models of another engine, as ${DEFAULT_ENGINE}`);
    }
  }
  return opened;
}

async function suiteTasks(options: BenchOptions, host: Host): Promise<readonly Task[]> {
  const { tasks } = await loadSuite(DEFAULT_SUITE, options, host);
  return tasks;
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
      ...typedCommand(host),
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
