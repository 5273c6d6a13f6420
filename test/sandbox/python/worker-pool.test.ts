import { chmodSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { findBubblewrap } from '../../../src/sandbox/common/bubblewrap.ts';
import { openPythonSandbox } from '../../../src/sandbox/python/open.ts';
import { DEFAULT_LIMITS } from '../../../src/sandbox/grader.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { waitFor } from '../../fixtures/wait-for.ts';
import { descendants } from './processes.ts';
import { withCheck } from '../sample.ts';
import { solveTask } from '../task.ts';

const RIGHT = solveTask({}, 'def solve(value):\n    return right(value)\n');
const WRONG = solveTask({}, 'def solve(value):\n    return 0\n');
/** Long enough that its worker can be killed while it runs. */
const SLOW_BUT_RIGHT = solveTask(
  {},
  'import time\n\ndef solve(value):\n    time.sleep(1.5)\n    return right(value)\n',
);
const KILLS_ITS_WORKER = solveTask(
  {},
  'import os, signal\n\ndef solve(value):\n    os.kill(os.getppid(), signal.SIGKILL)\n    return right(value)\n',
);
/** Time enough on a busy machine. */
const PATIENT = { ...DEFAULT_LIMITS, timeoutMs: 20_000 };
const PASSED = { kind: 'verdict', outcome: { kind: 'passed' } };

test('a completion that kills its worker twice is judged for it, and others are not', async () => {
  await using sandbox = await openPythonSandbox({ level: 'unsafe', workers: 2, env: process.env });
  const judgements = await Promise.all(
    [RIGHT, KILLS_ITS_WORKER, RIGHT, WRONG, RIGHT].map((sample) => sandbox.judge(sample)),
  );
  expect(judgements).toMatchObject([
    PASSED,
    { kind: 'verdict', outcome: { kind: 'failed', cause: 'killed-its-worker' } },
    PASSED,
    { kind: 'verdict', outcome: { kind: 'failed', cause: 'assertion' } },
    PASSED,
  ]);
});

test('a worker that dies for a reason of its own costs no verdict', async () => {
  await using sandbox = await openPythonSandbox({
    level: 'auto',
    workers: 1,
    limits: PATIENT,
    env: process.env,
  });
  const idle = descendants(process.pid).length;
  const judgement = sandbox.judge(SLOW_BUT_RIGHT);
  await untilRunning(idle);
  killSupervisor();
  expect(await judgement).toEqual(PASSED);
  expect(await sandbox.judge(RIGHT)).toEqual(PASSED);
});

const BWRAP = await findBubblewrap(process.env);

test.skipIf(BWRAP === undefined)(
  'where no fresh worker comes up it is the machine, not the completion',
  async () => {
    const folder = temporaryFolder();
    const wrapper = join(folder, 'bwrap');
    const works = `#!/bin/sh\nexec ${BWRAP} "$@"\n`;
    writeFileSync(wrapper, works);
    chmodSync(wrapper, 0o755);
    chmodSync(folder, 0o755);
    const env = { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH']}` };
    await using sandbox = await openPythonSandbox({
      level: 'l3',
      workers: 1,
      limits: PATIENT,
      env,
    });
    const idle = descendants(process.pid).length;
    const judgement = sandbox.judge(SLOW_BUT_RIGHT);
    await untilRunning(idle);
    writeFileSync(wrapper, '#!/bin/sh\nexit 1\n');
    killSupervisor();
    expect(await judgement).toMatchObject({ kind: 'infrastructure', fault: 'machine' });
    writeFileSync(wrapper, works);
    expect(await sandbox.judge(RIGHT)).toEqual(PASSED);
  },
);

test('a timeout costs its sample and nothing else', async () => {
  const limits = { ...DEFAULT_LIMITS, timeoutMs: 500 };
  await using sandbox = await openPythonSandbox({
    level: 'auto',
    workers: 1,
    limits,
    env: process.env,
  });
  const before = descendants(process.pid).length;
  const endless = solveTask({}, 'def solve(value):\n    while True: pass\n');
  const judgements = await Promise.all(
    [endless, RIGHT, endless, RIGHT].map((sample) => sandbox.judge(sample)),
  );
  expect(judgements).toMatchObject([
    { kind: 'verdict', outcome: { cause: 'timeout', detail: 'over 0.5 s' } },
    PASSED,
    { kind: 'verdict', outcome: { cause: 'timeout' } },
    PASSED,
  ]);
  expect(descendants(process.pid)).toHaveLength(before);
});

test('a task whose test does not compile is at fault itself', async () => {
  await using sandbox = await openPythonSandbox({ level: 'auto', workers: 1, env: process.env });
  expect(await sandbox.judge(withCheck(RIGHT, 'def check('))).toMatchObject({
    kind: 'infrastructure',
    fault: 'task',
  });
  expect(await sandbox.judge(withCheck(RIGHT, 'CHECKED = True'))).toMatchObject({
    kind: 'infrastructure',
    fault: 'task',
  });
});

/** Waits until a sample has processes of its own, beside those of idle workers. */
async function untilRunning(idle: number): Promise<void> {
  await waitFor(() => descendants(process.pid).length > idle);
}

/** Kills the one child of this process, as the machine's OOM killer might. */
function killSupervisor(): void {
  const [supervisor] = descendants(process.pid);
  if (supervisor !== undefined) {
    process.kill(supervisor, 'SIGKILL');
  }
}
