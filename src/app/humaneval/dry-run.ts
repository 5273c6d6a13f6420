import { plannedCells } from '../../harness/dry-run.ts';
import type { DryRun } from '../../records/dry-run.ts';
import { planHash } from '../../records/keys.ts';
import { KINDS } from '../../store/kinds.ts';
import { hasRun } from '../../store/read-folder.ts';
import { resumableHeader } from '../../store/run-folder.ts';
import { readRun, type RunRecords } from '../../store/run-store.ts';
import type { Host } from '../host.ts';
import { lookAtModels } from '../models/look-at-model.ts';
import type { HumanevalOptions } from './options.ts';
import { type PreparedRuns, prepareRuns } from './prepare.ts';
import type { PreparedRun } from './prepare-suite.ts';

/** `evalkit humaneval --dry-run`: what the same command without it would do. Fetches and keeps nothing. */
export async function dryRunHumaneval(options: HumanevalOptions, host: Host): Promise<DryRun[]> {
  await using prepared = await prepareRuns(options, host, {
    isDry: true,
    models: (items, opened) => lookAtModels(items, { options, opened, host }),
  });
  const runs: DryRun[] = [];
  for (const run of prepared.runs) {
    runs.push(await dryRunOf(run, prepared, { options, host }));
  }
  return runs;
}

async function dryRunOf(
  { plan, tasks, measures, folder, shard }: PreparedRun,
  { missing, engines, modelPaths }: PreparedRuns,
  { options, host }: { readonly options: HumanevalOptions; readonly host: Host },
): Promise<DryRun> {
  const { suite, name, total } = plan.dataset;
  const records = options.fresh
    ? undefined
    : recordsOf({ plan, folder, shard }, missing.size === 0);
  return {
    version: 2,
    dryRun: true,
    dataset: { suite, name, tasks: tasks.length, total },
    folder: folder ?? null,
    notRun: plan.notRun ?? [],
    cells: await plannedCells({
      plan,
      measures,
      missing,
      records,
      engines,
      modelPaths,
      threads: options.threads,
      progress: host.progress,
      signal: host.signal,
    }),
    notes: [
      ...measures.flatMap(({ note }) => note ?? []),
      ...(options.gate && missing.size > 0
        ? ['gate: whether it could decide is checked when all models are present']
        : []),
    ],
  };
}

/** Those of the plan's run, where it was begun. Throws a usage error for a run of another plan. */
function recordsOf(
  { plan, folder, shard }: Pick<PreparedRun, 'plan' | 'folder' | 'shard'>,
  isKnown: boolean,
): RunRecords | undefined {
  if (folder === undefined || !hasRun(folder)) {
    return undefined;
  }
  if (isKnown) {
    resumableHeader(KINDS.humaneval, folder, { plan, planHash: planHash(plan), shard });
  }
  return readRun(folder);
}
