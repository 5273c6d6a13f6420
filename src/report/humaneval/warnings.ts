import type { Plan } from '../../records/plan.ts';
import type { CellReport } from '../../records/report.ts';
import { perplexityWarnings } from '../perplexity/warnings.ts';

/** From this share of cut-off answers on, the cap is likely to have cost passes. */
const MANY_TRUNCATED = 0.05;

/** What a reader must know before trusting a run's figures, each with its remedy. */
export function warningsOf(cells: readonly CellReport[], plan: Plan): string[] {
  return [...cells.flatMap(cellWarnings), ...perplexityWarnings(cells), ...runWarnings(plan)];
}

function cellWarnings(cell: CellReport): string[] {
  const warnings: string[] = [];
  if (cell.provenance.kind === 'requantized') {
    const { from } = cell.provenance;
    warnings.push(
      `${cell.id}: ${cell.quantization} was made here from ${from.name}, which was quantized already (${from.quantization}): this measures the tool, not what quantizing the original weights costs`,
    );
  }
  const truncated = cell.stopReasons['max-tokens'] ?? 0;
  const answers = Object.values(cell.stopReasons).reduce((total, count) => total + count, 0);
  if (truncated > answers * MANY_TRUNCATED) {
    warnings.push(
      `${cell.id}: ${truncated} of ${answers} answers were cut off at --max-tokens ${cell.maxTokens}; raise it if they are not loops`,
    );
  }
  if (cell.infrastructure > 0) {
    warnings.push(
      `${cell.id}: ${cell.infrastructure} tasks have no verdict because of a failure that is not the model's (incidents.jsonl says which); run the same command again`,
    );
  }
  return warnings;
}

function runWarnings(plan: Plan): string[] {
  const { taskIds, total } = plan.dataset;
  const warnings: string[] = [];
  if (taskIds.length < total) {
    warnings.push(
      `partial: ${taskIds.length} of ${total} tasks; not comparable with a figure for the whole of ${plan.dataset.name}`,
    );
  }
  if (plan.grading.grader.level === 'L1') {
    warnings.push(
      'sandbox level L1: resource limits only; what the models wrote could read, write and send whatever you can',
    );
  }
  return warnings;
}
