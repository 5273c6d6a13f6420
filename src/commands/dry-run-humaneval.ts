import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { HumanevalOptions } from '../config/humaneval-options.ts';
import { createLlamaCppEngine } from '../engines/llama-cpp/engine.ts';
import { plannedCells } from '../harness/dry-run.ts';
import { loadHumanEval } from '../harness/load-humaneval.ts';
import { selectTasks } from '../harness/tasks.ts';
import { findBase } from '../models/catalogue.ts';
import type { ModelItem } from '../models/item.ts';
import { saysInstruct } from '../models/repository.ts';
import type { DryRun } from '../records/dry-run.ts';
import { EvalkitError } from '../records/error.ts';
import { planHash, sha256Text } from '../records/keys.ts';
import type { ModelRecord } from '../records/model.ts';
import { RUN_FILES } from '../store/run-folder.ts';
import { readRun, refuseOtherPlan, type RunRecords } from '../store/run-store.ts';
import { dataSources } from './data.ts';
import { chooseDrafts, nameOf } from './drafts.ts';
import type { Host } from './host.ts';
import { chooseModels, resolveModels } from './models.ts';
import { planHumaneval } from './plan-humaneval.ts';
import { defaultFolder } from './report-files.ts';
import { openSandbox } from './sandbox.ts';

/** `evalkit humaneval --dry-run`: what the same command without it would do. Fetches no model. */
export async function dryRunHumaneval(options: HumanevalOptions, host: Host): Promise<DryRun> {
  const items = chooseModels(options, host);
  const draftItems = chooseDrafts(items, options, host);
  await using sandbox = await openSandbox(options, host);
  const all = await loadHumanEval(dataSources(options, host));
  const tasks = selectTasks(all, options.tasks, options.limit);
  const missing = new Map<string, string>();
  const find = async (item: ModelItem): Promise<ModelRecord> => {
    const record = await findHere(item, options, host);
    if (record === undefined) {
      const reason = `${nameOf(item)} is not in the cache; a run fetches it, or makes it here`;
      missing.set(placeholder(item).file.sha256, reason);
    }
    return record ?? placeholder(item);
  };
  const models: { record: ModelRecord; draft: ModelRecord | undefined }[] = [];
  for (const [index, item] of items.entries()) {
    const draft = draftItems[index];
    models.push({
      record: await find(item),
      draft: draft === undefined ? undefined : await find(draft),
    });
  }
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
    cells: plannedCells({ plan, tasks, missing, records }),
  };
}

/** `undefined` for a model that would first have to be fetched or made. */
async function findHere(
  item: ModelItem,
  options: HumanevalOptions,
  host: Host,
): Promise<ModelRecord | undefined> {
  try {
    const [model] = await resolveModels([item], { options, host, isDry: true });
    return model?.record;
  } catch (error) {
    if (error instanceof EvalkitError && error.kind === 'environment') {
      return undefined;
    }
    throw error;
  }
}

/** Stands in the plan for a model whose file is unknown: no record can have its keys. */
function placeholder(item: ModelItem): ModelRecord {
  const name = nameOf(item);
  return {
    base: baseOf(item),
    quantization: 'quantization' in item ? (item.quantization ?? 'unknown') : 'unknown',
    file: { name, sha256: sha256Text(`missing ${name}`), bytes: 1 },
    provenance: { kind: 'local' },
    instruct: ('base' in item && findBase(item.base)?.instruct) || saysInstruct(name),
  };
}

/** As the model's record will call it: a local file by its own name. */
function baseOf(item: ModelItem): string {
  switch (item.kind) {
    case 'catalogue':
      return item.base;
    case 'local':
      return basename(item.path).replace(/\.gguf$/i, '');
    case 'hub':
    case 'hub-file':
      return item.repo;
  }
}

function recordsIn(folder: string): RunRecords | undefined {
  return existsSync(join(folder, RUN_FILES.header)) ? readRun(folder) : undefined;
}
