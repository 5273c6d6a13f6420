import { type SampleJob, sourceJob } from './job.ts';
import type { PoolReport, PythonPool, PythonWorker } from './worker.ts';

const RIGHT: SampleJob = {
  prompt: 'def add(x, y):\n    """The sum of two numbers."""\n',
  completion: '    return x + y\n',
  test: { kind: 'check', source: 'def check(candidate):\n    assert candidate(2, 3) == 5\n' },
  entryPoint: 'add',
  seed: '',
};
const WRONG: SampleJob = { ...RIGHT, completion: '    return x - y\n' };

/** Whether a worker still tells right from wrong. Throws `WorkerDied`. */
export async function isSound(worker: PythonWorker, timeoutMs: number): Promise<boolean> {
  const right = await worker.do(sourceJob(RIGHT, timeoutMs));
  const wrong = await worker.do(sourceJob(WRONG, timeoutMs));
  return right.kind === 'passed' && wrong.kind === 'failed' && wrong.cause === 'assertion';
}

/** What is wrong with the verdicts of a pool; nothing where it tells right from wrong. */
export async function selfTest(pool: PythonPool, timeoutMs: number): Promise<string[]> {
  const [right, wrong] = await Promise.all(
    [RIGHT, WRONG].map((sample) => pool.do(sourceJob(sample, timeoutMs))),
  );
  return [
    ...(hasKind(right, 'passed') ? [] : [`a right function: ${JSON.stringify(right)}`]),
    ...(hasKind(wrong, 'failed') ? [] : [`a wrong function: ${JSON.stringify(wrong)}`]),
  ];
}

function hasKind(report: PoolReport | undefined, kind: PoolReport['kind']): boolean {
  return report?.kind === kind;
}
