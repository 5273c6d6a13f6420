import { expect, test } from 'vitest';
import { openPythonSandbox } from '../../src/sandbox/python/open.ts';
import { findUnfitTasks } from '../../src/sandbox/unfit-tasks.ts';
import type { Task } from '../../src/records/task.ts';

const FITS = 'def check(candidate):\n    assert candidate(3, 4) == 3\n';
const TASK: Task = {
  taskId: 'Own/0',
  prompt: 'def apply(f, x):\n    """f of x."""\n',
  entryPoint: 'apply',
  canonicalSolution: '    return f(x) if callable(f) else f\n',
  test: { kind: 'check', source: FITS },
};

test('tasks that two processes cannot judge are named with the reason', async () => {
  await using sandbox = await openPythonSandbox({ level: 'auto', workers: 2, env: process.env });
  const tests = {
    'Own/fits': FITS,
    'Own/function': 'def check(candidate):\n    assert candidate(len, "ab") == 2\n',
    'Own/inspects': 'def check(candidate):\n    assert candidate.__code__.co_argcount == 2\n',
    'Own/broken': 'def check(candidate)\n',
  };
  const tasks = Object.entries(tests).map(
    ([taskId, source]): Task => ({ ...TASK, taskId, test: { kind: 'check', source } }),
  );
  expect(await findUnfitTasks(sandbox, tasks)).toMatchObject([
    { taskId: 'Own/function', reason: expect.stringContaining('builtin_function_or_method') },
    { taskId: 'Own/inspects', reason: expect.stringContaining('co_argcount') },
    { taskId: 'Own/broken', reason: expect.stringContaining('the test does not compile') },
  ]);
});
