import { assert, integer, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseShard } from '../../src/app/shard.ts';
import { hasTask, shardOfTask } from '../../src/records/shard.ts';

const slurm = (id: number, min: number, max: number, count: number) => ({
  SLURM_ARRAY_TASK_ID: String(id),
  SLURM_ARRAY_TASK_MIN: String(min),
  SLURM_ARRAY_TASK_MAX: String(max),
  SLURM_ARRAY_TASK_COUNT: String(count),
});

describe('--shard auto', () => {
  test.each([
    ['a Slurm array from 0', slurm(0, 0, 3, 4), { index: 1, of: 4 }],
    ['a Slurm array from 1', slurm(4, 1, 4, 4), { index: 4, of: 4 }],
    ['a Slurm array in steps', slurm(14, 10, 16, 4), { index: 3, of: 4 }],
    [
      'a Kubernetes indexed Job',
      { JOB_COMPLETION_INDEX: '2', EVALKIT_SHARDS: '3' },
      { index: 3, of: 3 },
    ],
    ["GitLab's parallel", { CI_NODE_INDEX: '1', CI_NODE_TOTAL: '2' }, { index: 1, of: 2 }],
  ])('reads %s', (_, env, shard) => {
    expect(chooseShard('auto', env)).toEqual(shard);
  });

  test.each([
    [
      'nothing is set',
      {},
      'none of SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX, CI_NODE_INDEX is set',
    ],
    ['a count is missing', { JOB_COMPLETION_INDEX: '2' }, 'EVALKIT_SHARDS is not set'],
    ['a number is none', { CI_NODE_INDEX: 'one', CI_NODE_TOTAL: '2' }, 'CI_NODE_INDEX is one'],
    ['two say it', { ...slurm(1, 1, 4, 4), JOB_COMPLETION_INDEX: '0' }, 'are both set'],
    ['an array has gaps', slurm(2, 1, 7, 3), 'not evenly spaced'],
    ['a failed task is submitted alone', slurm(3, 3, 3, 1), 'would be all of the run'],
    [
      'an index is beyond the last',
      { JOB_COMPLETION_INDEX: '4', EVALKIT_SHARDS: '4' },
      'shard 5 of 4',
    ],
  ])('refuses to guess where %s', (_, env, words) => {
    expect(() => chooseShard('auto', env)).toThrow(words);
  });

  test('alone looks at the environment: a run inside an array is whole unless it says otherwise', () => {
    expect(chooseShard(undefined, slurm(1, 1, 4, 4))).toBeUndefined();
    expect(chooseShard('2/8', slurm(1, 1, 4, 4))).toEqual({ index: 2, of: 8 });
  });
});

test('every task is in one shard, and stays there when others are added', () => {
  assert(
    property(string(), integer({ min: 1, max: 50 }), (taskId, of) => {
      const all = Array.from({ length: of }, (_, index) => ({ shard: { index: index + 1, of } }));
      expect(all.filter((part) => hasTask(part, taskId))).toHaveLength(1);
      expect(hasTask({}, taskId)).toBe(true);
    }),
  );
  // Recorded: another number would tear runs apart that were begun before.
  expect(['HumanEval/0', 'HumanEval/1', 'HumanEval/2'].map((id) => shardOfTask(id, 8))).toEqual([
    8, 4, 6,
  ]);
});
