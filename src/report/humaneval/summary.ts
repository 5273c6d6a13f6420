import { weightBytes } from '../../records/model.ts';
import { engineText } from '../words/words.ts';
import { sum } from 'simple-statistics';
import { referenceCell } from '../../modes/reference-cell.ts';
import { modeOfCell } from '../../modes/index.ts';
import type { EngineSessionRecord } from '../../records/completion.ts';
import type { CellPlan } from '../../records/plan.ts';
import type { CellReport, Report } from '../../records/report.ts';
import { samplesOf } from '../../records/decode.ts';
import type { RunRecords } from '../../store/run-store.ts';
import { owesScores } from '../../store/score-store.ts';
import { draftingOf } from './drafting.ts';
import { cellLatency, latencyReport } from './latency.ts';
import { passAt1, passAtKs } from './pass-rates.ts';
import { latencyWarnings } from './latency-warnings.ts';
import { stoppedFigures } from './stopped.ts';
import { perplexityColumns } from '../perplexity/columns.ts';
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
    planHash: header.planHash,
    startedAt: header.startedAt,
    dataset: {
      suite: plan.dataset.suite,
      name: plan.dataset.name,
      sha256: plan.dataset.sha256,
      tasks: plan.dataset.taskIds.length,
      total: plan.dataset.total,
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
    warnings: [...warningsOf(cells, plan), ...latencyWarnings(cells, latency, records.sessions)],
  };
}

/** One answer a task has no other figure than pass@1. */
function kOf(cell: CellPlan, { header }: RunRecords): readonly number[] {
  return samplesOf(cell) === 1 ? [1] : (header.plan.k ?? [1]);
}

function distinct(names: readonly string[]): string {
  return [...new Set(names)].join(', ');
}

/** A cell that a rule ended owes nothing more. */
function owes({ pending, timingsOwed, stopped }: CellReport): boolean {
  return stopped === undefined && pending + timingsOwed > 0;
}

function statusOf(
  cells: readonly CellReport[],
  { header, perplexity }: RunRecords,
): Report['status'] {
  if (cells.some((cell) => cell.infrastructure > 0 || owes(cell)) || owesScores(perplexity)) {
    return 'incomplete';
  }
  if (cells.some(({ stopped }) => stopped !== undefined)) {
    return 'stopped by rule';
  }
  const { taskIds, total } = header.plan.dataset;
  return taskIds.length < total ? 'partial' : 'complete';
}

function summarizeCell(cell: CellPlan, reference: CellPlan, records: RunRecords): CellReport {
  const completions = records.completions.filter((record) => record.cell === cell.id);
  const verdicts = records.verdicts.filter((record) => record.cell === cell.id);
  const owed = owedAnswers(cell, records);
  const unjudged = owed.infrastructure + owed.pending;
  return {
    id: cell.id,
    model: cell.model.base,
    quantization: cell.model.quantization,
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
    passAt1: passAt1(cell, verdicts, unjudged),
    passAtK: passAtKs(kOf(cell, records), verdicts, unjudged),
    ...owed,
    ...stoppedFigures(cell, records, owed.pending),
    failures: countBy(
      verdicts.flatMap(({ outcome }) => (outcome.kind === 'failed' ? [outcome.cause] : [])),
    ),
    stopReasons: countBy(completions.map((completion) => completion.stopReason)),
    generation: generationOf(cell, records.sessions),
    ...cellLatency(cell, reference, records),
    fileBytes: weightBytes(cell.model.weights) ?? { notRun: 'a server holds the weights' },
    ...draftingOf(cell, records),
    ...perplexityColumns(cell, records.perplexity),
  };
}

/** Answers without a verdict, told apart by whether an incident stands behind them. */
function owedAnswers(
  cell: CellPlan,
  records: RunRecords,
): { readonly infrastructure: number; readonly pending: number } {
  const ofCell = <T extends { readonly cell: string }>(items: readonly T[]): T[] =>
    items.filter((item) => item.cell === cell.id);
  const samples = Array.from({ length: samplesOf(cell) }, (_, sample) => sample);
  const asked = records.header.plan.dataset.taskIds.flatMap((taskId) =>
    samples.map((sample) => ({ taskId, sample })),
  );
  const judged = new Set(ofCell(records.verdicts).map(nameOf));
  const generated = new Set(ofCell(records.completions).map(nameOf));
  const incidents = ofCell(records.incidents);
  const engineFailed = incidents.some((incident) => incident.stage === 'generate');
  const judgeFailed = new Set(incidents.map((incident) => incident.taskId));
  const owed = asked.filter((answer) => !judged.has(nameOf(answer)));
  const hit = owed.filter((answer) =>
    generated.has(nameOf(answer)) ? judgeFailed.has(answer.taskId) : engineFailed,
  );
  return { infrastructure: hit.length, pending: owed.length - hit.length };
}

function nameOf({ taskId, sample }: { readonly taskId: string; readonly sample: number }): string {
  return `${taskId}#${sample}`;
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
  const sessions = all.filter((session) => session.cell === cell.id && session.pass === 'quality');
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
    parallel: sequencesOf(cell),
    sessions: sessions.length,
    ...processFacts(sessions, last),
  };
}

/** What the engine tells of its process: of the last session, and the highest peak of all. */
function processFacts(
  sessions: readonly EngineSessionRecord[],
  { contextSize, threads, threadsChosenBy, backend, systemInfo }: EngineSessionRecord,
): Partial<Exclude<CellReport['generation'], { notRun: string }>> {
  const peaks = sessions.flatMap(({ peakRssBytes }) => peakRssBytes ?? []);
  return {
    ...(peaks.length === 0 ? {} : { peakRssBytes: Math.max(...peaks) }),
    ...(contextSize === undefined ? {} : { contextSize }),
    ...(threads === undefined ? {} : { threads }),
    ...(threadsChosenBy === undefined ? {} : { threadsChosenBy }),
    ...(backend === undefined ? {} : { backend }),
    ...(systemInfo === undefined ? {} : { systemInfo }),
  };
}

/** How many completions were generated at once. */
function sequencesOf(cell: CellPlan): number {
  return modeOfCell(cell).isSequential ? 1 : cell.parallel;
}
