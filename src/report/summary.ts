import { sum } from 'simple-statistics';
import { wilson } from '../metrics/wilson.ts';
import type { EngineSessionRecord } from '../records/completion.ts';
import type { CellPlan } from '../records/plan.ts';
import type { CellReport, Report } from '../records/report.ts';
import type { Verdict } from '../records/verdict.ts';
import type { RunRecords } from '../store/run-store.ts';
import { owesScores } from '../store/score-store.ts';
import { perplexityColumns } from './perplexity.ts';
import { warningsOf } from './warnings.ts';

/** Sums a run's records up: the one summary that every format renders. Reads nothing else. */
export function summarize(records: RunRecords): Report {
  const { header } = records;
  const { plan, fingerprint } = header;
  const cells = plan.cells.map((cell) => summarizeCell(cell, records));
  return {
    version: 1,
    status: statusOf(cells, records),
    planHash: header.planHash,
    startedAt: header.startedAt,
    dataset: {
      name: plan.dataset.name,
      sha256: plan.dataset.sha256,
      tasks: plan.dataset.taskIds.length,
      total: plan.dataset.total,
    },
    cells,
    versions: {
      evalkit: header.evalkit,
      engine: distinct(plan.cells.map(({ engine }) => `${engine.name} ${engine.version}`)),
      llamaCpp: distinct(plan.cells.map(({ engine }) => engine.llamaCpp)),
      node: fingerprint.node,
      python: plan.grading.python,
      grader: plan.grading.graderVersion,
      extraction: plan.grading.extractionVersion,
    },
    machine: fingerprint,
    sandbox: {
      ...header.sandbox,
      timeoutMs: plan.grading.timeoutMs,
      memoryBytes: plan.grading.memoryBytes,
      answerBytes: plan.grading.answerBytes,
      packages: plan.grading.packages,
    },
    warnings: warningsOf(cells, plan),
  };
}

function distinct(names: readonly string[]): string {
  return [...new Set(names)].join(', ');
}

function statusOf(
  cells: readonly CellReport[],
  { header, perplexity }: RunRecords,
): Report['status'] {
  if (cells.some((cell) => cell.infrastructure + cell.pending > 0)) {
    return 'incomplete';
  }
  if (owesScores(perplexity)) {
    return 'incomplete';
  }
  const { taskIds, total } = header.plan.dataset;
  return taskIds.length < total ? 'partial' : 'complete';
}

function summarizeCell(cell: CellPlan, records: RunRecords): CellReport {
  const completions = records.completions.filter((record) => record.cell === cell.id);
  const verdicts = records.verdicts.filter((record) => record.cell === cell.id);
  const owed = owedTasks(cell, records);
  const generation = generationOf(cell, records.sessions);
  const noLatency = { notRun: 'no latency pass' };
  return {
    id: cell.id,
    model: cell.model.base,
    quantization: cell.model.quantization,
    decode: cell.decode,
    prompt: cell.prompt,
    maxTokens: cell.maxTokens,
    settings: cell.settings,
    provenance: cell.model.provenance,
    file: cell.model.file,
    passAt1: passAt1(verdicts, owed.infrastructure + owed.pending),
    ...owed,
    failures: countBy(
      verdicts.flatMap(({ outcome }) => (outcome.kind === 'failed' ? [outcome.cause] : [])),
    ),
    stopReasons: countBy(completions.map((completion) => completion.stopReason)),
    generation,
    ttftMs: noLatency,
    tpotMs: noLatency,
    prefillTokensPerSecond: noLatency,
    decodeTokensPerSecond: noLatency,
    loadMs: 'notRun' in generation ? generation : generation.loadMs,
    peakRssBytes: 'notRun' in generation ? generation : generation.peakRssBytes,
    fileBytes: cell.model.file.bytes,
    speedup: noLatency,
    ...perplexityColumns(cell, records.perplexity),
  };
}

/** Tasks without a verdict, told apart by whether an incident stands behind them. */
function owedTasks(
  cell: CellPlan,
  records: RunRecords,
): { readonly infrastructure: number; readonly pending: number } {
  const ofCell = <T extends { readonly cell: string }>(items: readonly T[]): T[] =>
    items.filter((item) => item.cell === cell.id);
  const judged = new Set(ofCell(records.verdicts).map((verdict) => verdict.taskId));
  const generated = new Set(ofCell(records.completions).map((completion) => completion.taskId));
  const incidents = ofCell(records.incidents);
  const engineFailed = incidents.some((incident) => incident.stage === 'generate');
  const judgeFailed = new Set(incidents.map((incident) => incident.taskId));
  const owed = records.header.plan.dataset.taskIds.filter((taskId) => !judged.has(taskId));
  const hit = owed.filter((taskId) =>
    generated.has(taskId) ? judgeFailed.has(taskId) : engineFailed,
  );
  return { infrastructure: hit.length, pending: owed.length - hit.length };
}

function passAt1(verdicts: readonly Verdict[], owed: number): CellReport['passAt1'] {
  if (owed > 0) {
    return { notRun: `${owed} of ${owed + verdicts.length} tasks have no verdict yet` };
  }
  const passed = verdicts.filter(({ outcome }) => outcome.kind === 'passed').length;
  const { estimate, ci95 } = wilson(passed, verdicts.length);
  return estimate === null || ci95 === null
    ? { notRun: 'no task was judged' }
    : { passed, total: verdicts.length, estimate, ci95: [...ci95] };
}

function countBy<T extends string>(items: readonly T[]): Partial<Record<T, number>> {
  const counts: Partial<Record<T, number>> = {};
  for (const item of items.toSorted()) {
    counts[item] = (counts[item] ?? 0) + 1;
  }
  return counts;
}

function generationOf(
  cell: CellPlan,
  all: readonly EngineSessionRecord[],
): CellReport['generation'] {
  const sessions = all.filter((session) => session.cell === cell.id);
  const last = sessions.at(-1);
  if (last === undefined) {
    return { notRun: 'no engine session ended' };
  }
  const total = (figure: (session: EngineSessionRecord) => number): number =>
    sum(sessions.map(figure));
  const wallMs = total((session) => session.wallMs);
  const newTokens = total((session) => session.newTokens);
  return {
    tokensPerSecond: wallMs === 0 ? 0 : (newTokens / wallMs) * 1_000,
    newTokens,
    promptTokens: total((session) => session.promptTokens),
    wallMs,
    loadMs: last.loadMs,
    peakRssBytes: Math.max(...sessions.map((session) => session.peakRssBytes)),
    parallel: cell.settings.parallel,
    contextSize: last.contextSize,
    threads: last.threads,
    threadsChosenBy: last.threadsChosenBy,
    backend: last.backend,
    systemInfo: last.systemInfo,
    sessions: sessions.length,
  };
}
