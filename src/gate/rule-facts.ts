import { weightBytes } from '../records/model.ts';
import { meanPassAtK } from '../metrics/pass-at-k.ts';
import { stopReasonSchema } from '../records/completion.ts';
import type { JudgeReport } from '../records/judge-report.ts';
import type { CellReport, Report } from '../records/report.ts';
import { failureCauseSchema } from '../records/verdict.ts';
import type { CellEvidence } from '../compare/evidence.ts';

/** What users' rules see of one candidate. */
export interface CandidateFacts {
  readonly cell: string;
  readonly facts: Readonly<Record<'cell' | 'cells' | 'reference' | 'report', unknown>>;
}

/** The facts for the rules of each candidate of a run: its report, with counts of 0 written out. */
export function ruleFacts(
  report: Report,
  reference: CellEvidence,
  candidates: readonly CellEvidence[],
): CandidateFacts[] {
  const cells = report.cells.map(withZeroCounts);
  const seen = referenceFacts(reference);
  return candidates.map(({ id }) => ({
    cell: id,
    facts: {
      cell: cells.find((cell) => cell.id === id),
      cells,
      reference: seen,
      report: { ...report, cells },
    },
  }));
}

/** The facts for rules on judged samples: the report of judge, which stands for its one cell too. */
export function sampleFacts(
  report: JudgeReport,
  reference: CellEvidence,
  candidates: readonly CellEvidence[],
): CandidateFacts[] {
  const seen = referenceFacts(reference);
  return candidates.map(({ id }) => ({
    cell: id,
    facts: { cell: report, cells: [report], reference: seen, report },
  }));
}

/** In a report a cause that never occurred is absent; to a rule that would be a missing metric. */
function withZeroCounts(cell: CellReport): CellReport {
  return {
    ...cell,
    failures: { ...zeros(failureCauseSchema.options), ...cell.failures },
    stopReasons: { ...zeros(stopReasonSchema.options), ...cell.stopReasons },
  };
}

function zeros<T extends string>(names: readonly T[]): Record<T, number>;
function zeros(names: readonly string[]): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, 0]));
}

/** A baseline file holds no report: of its cell there is what it was, and its pass rate. */
function referenceFacts({ id, cell, counts, report }: CellEvidence): unknown {
  if (report !== undefined) {
    return withZeroCounts(report);
  }
  const tasks = [...counts.values()];
  const rate = meanPassAtK(tasks, 1);
  return {
    id,
    ...(cell === undefined
      ? {}
      : {
          model: cell.model.base,
          quantization: cell.model.quantization,
          decode: cell.decode,
          weights: cell.model.weights,
          fileBytes: weightBytes(cell.model.weights),
        }),
    passAt1: {
      passed: tasks.reduce((total, { passed }) => total + passed, 0),
      total: tasks.reduce((total, { samples }) => total + samples, 0),
      estimate: rate?.estimate,
      ci95: rate?.ci95,
    },
  };
}
