import pMap from 'p-map';
import { verdictKey } from '../../records/keys.ts';
import type { Completion } from '../../records/completion.ts';
import type { CellPlan } from '../../records/plan.ts';
import type { Grading } from '../../records/grading.ts';
import type { ProgressSink } from '../../records/progress.ts';
import type { Task } from '../../records/task.ts';
import type { Verdict } from '../../records/verdict.ts';
import { type Grader, seedOf } from '../../sandbox/grader.ts';
import type { RunStore } from '../../store/run-store.ts';
import { completionsOf } from '../completions.ts';
import type { SuiteRules } from '../../suites/suite.ts';

export interface JudgeCellOptions {
  readonly cell: CellPlan;
  readonly tasks: readonly Task[];
  readonly grading: Grading;
  readonly suite: Pick<SuiteRules, 'extraction'>;
  readonly sandbox: Grader;
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
  const { cell, store, sandbox, suite } = options;
  const { task, completion, key } = item;
  const { text, inThought } = completion;
  const extraction = await suite.extraction.extract(
    { text, task, style: cell.prompt, inThought },
    sandbox,
  );
  const add = (found: Pick<Verdict, 'outcome' | 'parts' | 'code' | 'head' | 'judgingMs'>): void => {
    store.addVerdict({
      version: 1,
      key,
      completionKey: completion.key,
      cell: cell.id,
      taskId: task.taskId,
      sample: completion.sample,
      ...found,
    });
  };
  const fail = (detail: string): void =>
    store.addIncident({ version: 1, stage: 'judge', cell: cell.id, taskId: task.taskId, detail });
  if (extraction.kind === 'infrastructure') {
    fail(extraction.detail);
    return;
  }
  if (extraction.kind === 'no-code') {
    add({ outcome: { kind: 'failed', cause: 'no-code', detail: extraction.detail } });
    return;
  }
  const { code, head } = extraction;
  const start = performance.now();
  const judgement = await sandbox.judge({
    task,
    completion: code,
    head,
    ...seedOf(store.header),
  });
  const judgingMs = Math.round(performance.now() - start);
  if (judgement.kind === 'infrastructure') {
    fail(judgement.detail);
    return;
  }
  const { outcome, parts } = judgement;
  add({
    code,
    ...(head === undefined ? {} : { head }),
    outcome,
    ...(parts === undefined ? {} : { parts }),
    judgingMs,
  });
}
