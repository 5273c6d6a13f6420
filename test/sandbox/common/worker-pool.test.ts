import { expect, test } from 'vitest';
import { type PoolWorker, WorkerPool } from '../../../src/sandbox/common/worker-pool.ts';

type Report = { readonly kind: 'passed' } | { readonly kind: 'starved'; readonly detail: string };

test('a pool that is closed while a job runs begins nothing any more, not even that job again', async () => {
  const job = Promise.withResolvers<Report>();
  let started = 0;
  const first: PoolWorker<string, Report> = {
    do: () => job.promise,
    [Symbol.asyncDispose]: async () => {},
  };
  const pool = new WorkerPool<string, Report>({
    size: 2,
    first,
    isSound: async () => true,
    start: async () => {
      started += 1;
      return { do: async () => ({ kind: 'passed' }), [Symbol.asyncDispose]: async () => {} };
    },
  });
  const running = pool.do('one');
  await pool[Symbol.asyncDispose]();
  job.resolve({ kind: 'starved', detail: 'others ran' });
  expect((await running).kind).toBe('machine');
  expect((await pool.do('two')).kind).toBe('machine');
  expect(started).toBe(0);
});
