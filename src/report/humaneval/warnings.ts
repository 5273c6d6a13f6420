import { NOT_ASKED, TURNED_OFF } from '../../measures/perplexity/columns.ts';
import { counted } from '../../records/counted.ts';
import { isUngraded } from '../../records/grading.ts';
import type { Plan } from '../../records/plan.ts';
import type { CellReport } from '../../records/report.ts';
import type { RunHeader } from '../../records/run-header.ts';
import { hasTask } from '../../records/shard.ts';
import { perplexityWarnings } from '../perplexity/warnings.ts';
import { type CellWarning, foldWarnings } from '../words/cell-warnings.ts';
import { percent } from '../words/words.ts';
import { shardWarning } from '../words/shards.ts';
import { busyMachine, requantizedWarnings, RESOURCE_LIMITS_ONLY } from '../words/warnings.ts';

/** From this share of truncated completions on, the cap is likely to have cost passes. */
const MANY_TRUNCATED = 0.05;

/** What a reader must know before trusting a run's figures, each with its remedy. */
export function warningsOf(cells: readonly CellReport[], header: RunHeader): string[] {
  return [
    ...foldWarnings([...cells.flatMap(cellWarnings), ...missedPerplexity(cells, header)]),
    ...perplexityWarnings(cells),
    ...runWarnings(header),
  ];
}

function cellWarnings(cell: CellReport): CellWarning[] {
  return [
    ...requantizedWarnings(cell),
    ...truncatedWarnings(cell),
    ...busyWarnings(cell),
    ...failureWarnings(cell),
  ];
}

/** Where a perplexity was wanted and the plan promised one. */
function missedPerplexity(cells: readonly CellReport[], { plan }: RunHeader): CellWarning[] {
  return cells.flatMap(({ id, role, perplexity, passAt1 }) => {
    const isPlanned = plan.cells.some(
      (cell) => cell.id === id && cell.notRun?.['perplexity'] === undefined,
    );
    if (!('notRun' in perplexity) || 'notRun' in passAt1 || role !== undefined || !isPlanned) {
      return [];
    }
    const { notRun } = perplexity;
    const text = `perplexity: not run: ${notRun}`;
    return notRun === NOT_ASKED || notRun.startsWith(TURNED_OFF)
      ? []
      : [{ cell: id, alone: text, together: text }];
  });
}

function truncatedWarnings({ id, stopReasons, maxTokens }: CellReport): CellWarning[] {
  const truncated = stopReasons['max-tokens'] ?? 0;
  const completions = Object.values(stopReasons).reduce((total, count) => total + count, 0);
  if (truncated <= completions * MANY_TRUNCATED) {
    return [];
  }
  const amount = `${truncated} of ${completions}`;
  const together = `completions were truncated at --max-tokens ${maxTokens}; raise it unless they loop`;
  return [{ cell: id, alone: `${amount} ${together}`, together, amount }];
}

function busyWarnings({ id, generation }: CellReport): CellWarning[] {
  const share = 'notRun' in generation ? undefined : generation.othersCpuShare;
  const busy = busyMachine(share, 'completions were generated');
  return busy === undefined
    ? []
    : [
        {
          cell: id,
          alone: `${busy}: its tokens/s are too low, its completions are what they would have been`,
          together:
            'the machine was busy while completions were generated: tokens/s are too low, the completions are what they would have been; share of the cores that other processes used',
          amount: percent(share ?? 0),
        },
      ];
}

function failureWarnings({ id, infrastructure }: CellReport): CellWarning[] {
  const why =
    "no verdict because of a failure that is not the model's (incidents.jsonl says which); rerun the same command to resume";
  return infrastructure === 0
    ? []
    : [
        {
          cell: id,
          alone: `${counted(infrastructure, 'completion has', 'completions have')} ${why}`,
          together: `completions have ${why}`,
          amount: String(infrastructure),
        },
      ];
}

function runWarnings(header: RunHeader): string[] {
  const { plan, shard } = header;
  const { taskIds, total } = plan.dataset;
  const warnings: string[] = [];
  if (shard !== undefined) {
    const own = taskIds.filter((taskId) => hasTask(header, taskId));
    warnings.push(shardWarning(shard, `${own.length} of ${taskIds.length} tasks`));
  }
  if (taskIds.length < total) {
    warnings.push(partialText(plan.dataset));
  }
  if (isUngraded(plan.grading)) {
    warnings.push('nothing has been judged yet: evalkit judge RUN judges it, on any machine');
  }
  if (plan.grading.grader.level === 'L1') {
    warnings.push(RESOURCE_LIMITS_ONLY);
  }
  return warnings;
}

function partialText({ taskIds, total, name, sample }: Plan['dataset']): string {
  const part = `partial: ${taskIds.length} of ${total} tasks`;
  if (sample === undefined) {
    return `${part}, no random sample (the first tasks of a set are often the easier ones), so the intervals do not speak for the whole of ${name}; --sample ${taskIds.length} draws tasks at random`;
  }
  const { of, seed } = sample;
  return of < total
    ? `${part}, drawn at random by seed ${seed} from the ${of} that --tasks names: the intervals speak for these ${of}, not for the whole of ${name}`
    : `${part}, drawn at random by seed ${seed}: the intervals speak for the whole of ${name}, the figures compare with those of the same sample alone`;
}
