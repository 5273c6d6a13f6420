import type { PoolWorker } from '../common/worker-pool.ts';
import type { SampleJob } from './messages.ts';
import type { SampleReport } from './sample-process.ts';
import type { PoolReport, SamplePool } from './worker.ts';

const RIGHT: SampleJob = {
  kind: 'sample',
  head: '',
  prompt: '/* The sum of two numbers. */\nconst add = (x, y) => {\n',
  completion: '  return x + y\n}\n',
  test: { kind: 'program', source: 'console.assert(add(2, 3) === 5)\n' },
  entryPoint: 'add',
  seed: 0,
};
const WRONG: SampleJob = { ...RIGHT, completion: '  return x - y\n}\n' };

/** Whether a worker still tells right from wrong. Throws `WorkerDied`. */
export async function isSound(worker: PoolWorker<SampleJob, SampleReport>): Promise<boolean> {
  return isRight(await worker.do(RIGHT)) && isWrong(await worker.do(WRONG));
}

/** What is wrong with the verdicts of a pool; nothing where it tells right from wrong. */
export async function selfTest(pool: SamplePool): Promise<string[]> {
  const [right, wrong] = await Promise.all([pool.do(RIGHT), pool.do(WRONG)]);
  return [
    ...(isRight(right) ? [] : [`a right function: ${JSON.stringify(right)}`]),
    ...(isWrong(wrong) ? [] : [`a wrong function: ${JSON.stringify(wrong)}`]),
  ];
}

function isRight(report: PoolReport | SampleReport): boolean {
  return report.kind === 'passed';
}

function isWrong(report: PoolReport | SampleReport): boolean {
  return report.kind === 'failed' && report.cause === 'assertion';
}
