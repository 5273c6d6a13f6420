import type { Outcome } from '../../records/verdict.ts';
import type { Judgement } from '../grader.ts';
import type { Job } from './job.ts';
import type { WorkerPool } from './worker-pool.ts';
import { type Worker, WorkerDied } from './worker.ts';

const RIGHT: Job = {
  prompt: 'def add(x, y):\n    """The sum of two numbers."""\n',
  completion: '    return x + y\n',
  test: 'def check(candidate):\n    assert candidate(2, 3) == 5\n',
  entryPoint: 'add',
};
const WRONG: Job = { ...RIGHT, completion: '    return x - y\n' };

/** Whether a worker still tells right from wrong. */
export async function isSound(worker: Worker): Promise<boolean> {
  try {
    const right = await worker.judge(RIGHT);
    const wrong = await worker.judge(WRONG);
    return right.kind === 'passed' && wrong.kind === 'failed' && wrong.cause === 'assertion';
  } catch (error) {
    if (error instanceof WorkerDied) {
      return false;
    }
    throw error;
  }
}

/** What is wrong with the verdicts of a pool; nothing where it tells right from wrong. */
export async function selfTest(pool: WorkerPool): Promise<string[]> {
  const [right, wrong] = await Promise.all([pool.judge(RIGHT), pool.judge(WRONG)]);
  return [
    ...(hasOutcome(right, 'passed') ? [] : [`a right function: ${JSON.stringify(right)}`]),
    ...(hasOutcome(wrong, 'failed') ? [] : [`a wrong function: ${JSON.stringify(wrong)}`]),
  ];
}

function hasOutcome(judgement: Judgement, kind: Outcome['kind']): boolean {
  return judgement.kind === 'verdict' && judgement.outcome.kind === kind;
}
