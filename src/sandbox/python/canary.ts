import type { Job } from './job.ts';
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
