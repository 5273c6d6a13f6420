import { type SampleJob, sourceJob } from './job.ts';
import { type Worker, WorkerDied } from './worker.ts';

const RIGHT: SampleJob = {
  prompt: 'def add(x, y):\n    """The sum of two numbers."""\n',
  completion: '    return x + y\n',
  test: { kind: 'check', source: 'def check(candidate):\n    assert candidate(2, 3) == 5\n' },
  entryPoint: 'add',
};
const WRONG: SampleJob = { ...RIGHT, completion: '    return x - y\n' };

/** Whether a worker still tells right from wrong. */
export async function isSound(worker: Worker, timeoutMs: number): Promise<boolean> {
  try {
    const right = await worker.do(sourceJob(RIGHT, timeoutMs));
    const wrong = await worker.do(sourceJob(WRONG, timeoutMs));
    return right.kind === 'passed' && wrong.kind === 'failed' && wrong.cause === 'assertion';
  } catch (error) {
    if (error instanceof WorkerDied) {
      return false;
    }
    throw error;
  }
}
