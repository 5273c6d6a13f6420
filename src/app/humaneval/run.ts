import { resolve } from 'node:path';
import type { HumanevalOptions } from './options.ts';
import { createLlamaCppEngine } from '../../engines/llama-cpp/engine.ts';
import { loadHumanEval } from '../../suites/humaneval/load.ts';
import { withNoiseFloor } from '../../harness/noise-floor.ts';
import { executeRun } from '../../harness/run.ts';
import { selectTasks } from '../../harness/tasks.ts';
import { referenceCell } from '../../modes/reference-cell.ts';
import type { ModelItem } from '../../models/item.ts';
import { EvalkitError } from '../../records/error.ts';
import { planHash } from '../../records/keys.ts';
import type { ModelRecord } from '../../records/model.ts';
import type { Plan } from '../../records/plan.ts';
import type { Report } from '../../records/report.ts';
import type { Grader } from '../../sandbox/grader.ts';
import { RunStore } from '../../store/run-store.ts';
import { refuseForeignDrafts } from './check-drafts.ts';
import { dataSources } from '../data.ts';
import { chooseDrafts } from './drafts.ts';
import { fingerprintDifferences, takeFingerprint } from '../fingerprint.ts';
import { prepareGate } from './gate-run.ts';
import type { Host } from '../host.ts';
import { measureRunPerplexity, planRunPerplexity } from './perplexity.ts';
import { chooseModels, resolveModels } from '../models/choose.ts';
import { type PlanParts, planHumaneval } from './plan.ts';
import { defaultFolder, writeReportFiles } from '../report-files.ts';
import { describeSandbox, openSandbox } from '../sandbox.ts';

/** A run's folder and what it says. */
export interface HumanevalRun {
  readonly folder: string;
  readonly report: Report;
}

/** All of `evalkit humaneval`: from checked options to the report of the finished run. */
export async function runHumaneval(options: HumanevalOptions, host: Host): Promise<HumanevalRun> {
  const items = chooseModels(options, host);
  const draftItems = chooseDrafts(items, options, host);
  await using sandbox = await openSandbox(options, host);
  const all = await loadHumanEval(dataSources(options, host));
  const tasks = selectTasks(all, options.tasks, options.limit);
  const { models, modelPaths } = await resolveAll(items, draftItems, { options, host });
  const pathOf = ({ file }: ModelRecord): string | undefined => modelPaths.get(file.sha256);
  await refuseForeignDrafts(
    models.map(({ record, draft }) => ({ model: pathOf(record), draft: draft && pathOf(draft) })),
  );
  const engine = createLlamaCppEngine({ env: host.env });
  const asked = await planHumaneval(
    options,
    {
      models,
      tasks,
      totalTasks: all.length,
      engine: engine.identity,
      sandbox: sandbox.identity,
    },
    host,
  );
  const plan = options.noiseFloor ? withNoiseFloor(asked, referenceCell(asked.cells)) : asked;
  const stopRule = prepareGate(options, plan, host);
  const perplexity = await planRunPerplexity(options, plan, host);
  const folder = resolve(host.cwd, options.out ?? defaultFolder(plan));
  {
    await using store = await openStore(folder, { plan, sandbox, fresh: options.fresh, host });
    const { threads } = options;
    const { progress, signal, availableMemory } = host;
    const load = { modelPaths, engine, threads, progress, signal };
    await executeRun({ store, tasks, sandbox, availableMemory, stopRule, ...load });
    try {
      await measureRunPerplexity(perplexity, { store, modelPaths, engine, threads }, host);
    } catch (error) {
      if (error instanceof EvalkitError) {
        // What was generated and judged is worth its report whatever the text is.
        await writeReportFiles(folder);
      }
      throw error;
    }
  }
  const report = await writeReportFiles(folder);
  host.progress({ kind: 'note', text: `run: ${folder}` });
  return { report, folder };
}

/** Gets the models, then the drafts: each file once. */
async function resolveAll(
  items: readonly ModelItem[],
  draftItems: readonly (ModelItem | undefined)[],
  from: { readonly options: HumanevalOptions; readonly host: Host },
): Promise<{ readonly models: PlanParts['models']; readonly modelPaths: Map<string, string> }> {
  const wanted = [...new Set(draftItems)].filter((item) => item !== undefined);
  const resolved = await resolveModels([...items, ...wanted], from);
  const draftOf = (index: number): ModelRecord | undefined => {
    const item = draftItems[index];
    return item === undefined ? undefined : resolved[items.length + wanted.indexOf(item)]?.record;
  };
  return {
    models: resolved
      .slice(0, items.length)
      .map(({ record }, index) => ({ record, draft: draftOf(index) })),
    modelPaths: new Map(resolved.map(({ record, path }) => [record.file.sha256, path])),
  };
}

/** Opens or begins the run; says so if it was begun on another machine or with other software. */
async function openStore(
  folder: string,
  options: {
    readonly plan: Plan;
    readonly sandbox: Grader;
    readonly fresh: boolean;
    readonly host: Host;
  },
): Promise<RunStore> {
  const { plan, sandbox, fresh, host } = options;
  const fingerprint = takeFingerprint({
    node: host.nodeVersion,
    python: plan.grading.python,
  });
  const store = await RunStore.open({
    folder,
    fresh,
    header: {
      version: 1,
      evalkit: host.evalkitVersion,
      planHash: planHash(plan),
      plan,
      fingerprint,
      sandbox: describeSandbox(sandbox.identity),
      startedAt: new Date().toISOString(),
    },
  });
  const differences = fingerprintDifferences(store.header.fingerprint, fingerprint);
  if (differences.length > 0) {
    host.progress({
      kind: 'warning',
      text: `this run was begun elsewhere, and floats may differ: ${differences.join(', ')}`,
    });
  }
  return store;
}
