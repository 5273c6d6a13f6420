import type { Sample } from '../grader.ts';

/** A sample as a worker's processes take it: prompt + completion + test + `check(entryPoint)`. */
export interface Job {
  readonly prompt: string;
  readonly completion: string;
  /** Source that defines `check(candidate)`. */
  readonly test: string;
  readonly entryPoint: string;
}

/** What a worker is given for a sample. */
export function jobOf({ task, completion }: Sample): Job {
  const { prompt, test, entryPoint } = task;
  if (test.kind !== 'check') {
    throw new Error(`${task.taskId}: a test of kind ${test.kind} cannot be judged yet`);
  }
  return { prompt, completion, test: test.source, entryPoint };
}
