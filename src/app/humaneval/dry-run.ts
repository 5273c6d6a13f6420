import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { HumanevalOptions } from './options.ts';
import { createLlamaCppEngine } from '../../engines/llama-cpp/engine.ts';
import { plannedCells } from '../../harness/dry-run.ts';
import { loadHumanEval } from '../../suites/humaneval/load.ts';
import { selectTasks } from '../../harness/tasks.ts';
import type { ModelItem } from '../../models/item.ts';
import type { DryRun } from '../../records/dry-run.ts';
import { planHash } from '../../records/keys.ts';
import type { ModelRecord } from '../../records/model.ts';
import { RUN_FILES } from '../../store/run-folder.ts';
import { readRun, refuseOtherPlan, type RunRecords } from '../../store/run-store.ts';
import { refuseForeignDrafts } from './check-drafts.ts';
import { dataSources } from '../data.ts';
import { chooseDrafts } from './drafts.ts';
import type { Host } from '../host.ts';
import { lookAtModel } from '../models/look-at-model.ts';
import { chooseModels } from '../models/choose.ts';
import { planHumaneval } from './plan.ts';
import { defaultFolder } from '../report-files.ts';
import { openSandbox } from '../sandbox.ts';

/** `evalkit humaneval --dry-run`: what the same command without it would do. Fetches no model. */
export async function dryRunHumaneval(options: HumanevalOptions, host: Host): Promise<DryRun> {
  const items = chooseModels(options, host);
  const draftItems = chooseDrafts(items, options, host);
  await using sandbox = await openSandbox(options, host);
  const all = await loadHumanEval(dataSources(options, host));
  const tasks = selectTasks(all, options.tasks, options.limit);
  const missing = new Map<string, string>();
  const paths = new Map<string, string | undefined>();
  const find = async (item: ModelItem): Promise<ModelRecord> => {
    const found = await lookAtModel(item, options, host);
    paths.set(found.record.file.sha256, found.path);
    if (found.path === undefined) {
      missing.set(found.record.file.sha256, found.reason);
    }
    return found.record;
  };
  const models: { record: ModelRecord; draft: ModelRecord | undefined }[] = [];
  for (const [index, item] of items.entries()) {
    const draft = draftItems[index];
    models.push({
      record: await find(item),
      draft: draft === undefined ? undefined : await find(draft),
    });
  }
  const pathOf = ({ file }: ModelRecord): string | undefined => paths.get(file.sha256);
  await refuseForeignDrafts(
    models.map(({ record, draft }) => ({ model: pathOf(record), draft: draft && pathOf(draft) })),
  );
  const engine = createLlamaCppEngine({ env: host.env }).identity;
  const parts = { models, tasks, totalTasks: all.length, engine, sandbox: sandbox.identity };
  const plan = await planHumaneval(options, parts, host);
  const folder = options.out ?? (missing.size === 0 ? defaultFolder(plan) : undefined);
  const records =
    folder === undefined || options.fresh ? undefined : recordsIn(resolve(host.cwd, folder));
  if (records !== undefined && missing.size === 0) {
    refuseOtherPlan(folder ?? '', records.header, { plan, planHash: planHash(plan) });
  }
  const { name, total } = plan.dataset;
  return {
    version: 1,
    dryRun: true,
    dataset: { name, tasks: tasks.length, total },
    folder: folder === undefined ? null : resolve(host.cwd, folder),
    notRun: options.notRun,
    cells: plannedCells({ plan, tasks, missing, records }),
  };
}

function recordsIn(folder: string): RunRecords | undefined {
  return existsSync(join(folder, RUN_FILES.header)) ? readRun(folder) : undefined;
}
