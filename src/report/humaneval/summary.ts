import { latencyReport } from '../../measures/latency/columns.ts';
import { isIncomplete, measureColumns } from '../../measures/index.ts';
import { missingPackages } from '../../records/missing-packages.ts';
import { mergedWarnings } from '../words/shards.ts';
import { missingPackageWarnings } from '../words/warnings.ts';
import { weightBytes } from '../../records/model.ts';
import { engineText } from '../words/words.ts';
import { referenceCell } from '../../modes/reference-cell.ts';
import type { CellPlan } from '../../records/plan.ts';
import type { CellReport, Report } from '../../records/report.ts';
import { hasTask } from '../../records/shard.ts';
import type { RunRecords } from '../../store/run-store.ts';
import { generationWarnings } from './generation-warnings.ts';
import { latencyWarnings } from './latency-warnings.ts';
import { warningsOf } from './warnings.ts';

/** Sums a run's records up: the one summary that every format renders. Reads nothing else. */
export function summarize(records: RunRecords): Report {
  const { header } = records;
  const { plan, fingerprint } = header;
  const reference = referenceCell(plan.cells);
  const cells = plan.cells.map((cell) => summarizeCell(cell, reference, records));
  const latency = latencyReport(records);
  return {
    version: 1,
    status: statusOf(cells, records),
    ...shardOf(records),
    planHash: header.planHash,
    startedAt: header.startedAt,
    ...(header.command === undefined ? {} : { command: header.command }),
    dataset: {
      suite: plan.dataset.suite,
      name: plan.dataset.name,
      sha256: plan.dataset.sha256,
      tasks: plan.dataset.taskIds.length,
      total: plan.dataset.total,
      ...(plan.dataset.sample === undefined ? {} : { sample: plan.dataset.sample }),
    },
    reference: reference.id,
    latency,
    cells,
    notRun: plan.notRun ?? [],
    versions: {
      evalkit: header.evalkit,
      engine: distinct(plan.cells.map(({ engine }) => engineText(engine))),
      node: fingerprint.node,
      runtime: plan.grading.grader.runtime,
      grader: plan.grading.grader.version,
      extraction: plan.grading.extraction,
    },
    machine: fingerprint,
    sandbox: {
      ...header.sandbox,
      ...plan.grading.limits,
    },
    warnings: [
      ...warningsOf(cells, header),
      ...mergedWarnings(header.merged),
      ...missingPackageWarnings(missingPackages(records.verdicts)),
      ...generationWarnings(cells, records.sessions),
      ...latencyWarnings(cells, latency, records),
    ],
  };
}

/** Which part of a run the records are, or of which parts they come. */
function shardOf({ header }: RunRecords): Pick<Report, 'shard' | 'merged'> {
  const { shard, merged, plan } = header;
  const tasks = plan.dataset.taskIds.filter((taskId) => hasTask(header, taskId)).length;
  return {
    ...(shard === undefined ? {} : { shard: { ...shard, tasks } }),
    ...(merged === undefined ? {} : { merged }),
  };
}

function distinct(names: readonly string[]): string {
  return [...new Set(names)].join(', ');
}

function statusOf(cells: readonly CellReport[], records: RunRecords): Report['status'] {
  if (cells.some((cell) => isIncomplete(cell, records))) {
    return 'incomplete';
  }
  if (cells.some(({ stopped }) => stopped !== undefined)) {
    return 'stopped by rule';
  }
  if (records.header.shard !== undefined) {
    return 'shard';
  }
  const { taskIds, total } = records.header.plan.dataset;
  return taskIds.length < total ? 'partial' : 'complete';
}

function summarizeCell(cell: CellPlan, reference: CellPlan, records: RunRecords): CellReport {
  const { model } = cell;
  return {
    id: cell.id,
    ...(cell.role === undefined ? {} : { role: cell.role }),
    model: model.base,
    quantization: model.quantization,
    decode: cell.decode,
    prompt: cell.prompt,
    maxTokens: cell.maxTokens,
    parallel: cell.parallel,
    settings: cell.settings,
    settingsText: cell.settingsText,
    isRounded: cell.isRounded,
    provenance: cell.model.provenance,
    weights: cell.model.weights,
    ...(cell.model.tensors === undefined ? {} : { tensors: cell.model.tensors }),
    fileBytes: weightBytes(cell.model.weights) ?? { notRun: 'a server holds the weights' },
    ...measureColumns(cell, { reference, records }),
  };
}
