import pMap from 'p-map';
import { verdictKey } from '../../records/keys.ts';
import type { Completion } from '../../records/completion.ts';
import type { CellPlan } from '../../records/plan.ts';
import type { Grading } from '../../records/grading.ts';
import type { ProgressSink } from '../../records/progress.ts';
import type { Task } from '../../records/task.ts';
import type { Grader } from '../../sandbox/grader.ts';
import type { RunStore } from '../../store/run-store.ts';
import { completionsOf } from '../completions.ts';
import type { SuiteRules } from '../../suites/suite.ts';
import type { CodeJudge } from './judge-code.ts';

export interface JudgeCellOptions {
  readonly cell: CellPlan;
  readonly tasks: readonly Task[];
  readonly grading: Grading;
  readonly suite: Pick<SuiteRules, 'extraction'>;
  readonly sandbox: Grader;
  /** The run's, whatever the cell: cells agree on much of their code. */
  readonly judge: CodeJudge;
  readonly store: RunStore;
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
}

interface MissingVerdict {
  readonly task: Task;
  readonly completion: Completion;
  readonly key: string;
}

/**
 * Judges the completions of a cell that have no verdict yet and appends the verdicts to the store.
 * Where the sandbox itself failed there is an incident and no verdict.
 */
export async function judgeCell(options: JudgeCellOptions): Promise<void> {
  const { cell, sandbox, progress } = options;
  const missing = missingVerdicts(options);
  if (missing.length === 0) {
    return;
  }
  const step = `${cell.id}: judging`;
  progress({ kind: 'step-started', step, unit: 'samples', total: missing.length });
  let done = 0;
  await pMap(
    missing,
    async (item) => {
      await judgeOne(item, options);
      done += 1;
      progress({ kind: 'step-advanced', step, done });
    },
    { concurrency: sandbox.workers, signal: options.signal },
  );
  progress({ kind: 'step-ended', step });
}

function missingVerdicts({ cell, tasks, grading, store }: JudgeCellOptions): MissingVerdict[] {
  return completionsOf(cell, tasks).flatMap(({ task, key: completionKey }) => {
    const completion = store.completions.get(completionKey);
    if (completion === undefined) {
      return [];
    }
    const key = verdictKey({ completionText: completion.text, cell, task, grading });
    return store.verdicts.get(completion.key)?.key === key ? [] : [{ task, completion, key }];
  });
}

async function judgeOne(item: MissingVerdict, options: JudgeCellOptions): Promise<void> {
  const { cell, store, sandbox, suite, judge } = options;
  const { task, completion, key } = item;
  const { text, inThought } = completion;
  const extraction = await suite.extraction.extract(
    { text, task, style: cell.prompt, inThought },
    sandbox,
  );
  const judged = await judge(extraction, task);
  const about = { version: 1, cell: cell.id, taskId: task.taskId } as const;
  if (judged.kind === 'incident') {
    store.addIncident({ ...about, stage: 'judge', detail: judged.detail });
    return;
  }
  store.addVerdict({
    ...about,
    key,
    completionKey: completion.key,
    sample: completion.sample,
    ...judged.found,
  });
}
