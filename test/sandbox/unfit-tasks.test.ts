import { expect, test } from 'vitest';
import { openPythonSandbox } from '../../src/sandbox/python/open.ts';
import { findUnfitTasks } from '../../src/sandbox/unfit-tasks.ts';
import type { Task } from '../../src/records/task.ts';

const TASK: Task = {
  taskId: 'Own/0',
  prompt: 'def apply(f, x):\n    """f of x."""\n',
  entryPoint: 'apply',
  canonicalSolution: '    return f(x) if callable(f) else f\n',
  test: 'def check(candidate):\n    assert candidate(3, 4) == 3\n',
};

test('tasks that two processes cannot judge are named with the reason', async () => {
  await using sandbox = await openPythonSandbox({ level: 'auto', workers: 2, env: process.env });
  const tests = {
    'Own/fits': TASK.test,
    'Own/function': 'def check(candidate):\n    assert candidate(len, "ab") == 2\n',
    'Own/inspects': 'def check(candidate):\n    assert candidate.__code__.co_argcount == 2\n',
    'Own/broken': 'def check(candidate)\n',
  };
  const tasks = Object.entries(tests).map(([taskId, check]) => ({ ...TASK, taskId, test: check }));
  expect(await findUnfitTasks(sandbox, tasks)).toMatchObject([
    { taskId: 'Own/function', reason: expect.stringContaining('builtin_function_or_method') },
    { taskId: 'Own/inspects', reason: expect.stringContaining('co_argcount') },
    { taskId: 'Own/broken', reason: expect.stringContaining('the test does not compile') },
  ]);
});
