import { expect, test } from 'vitest';
import { openJavaScriptSandbox } from '../../../src/sandbox/javascript/open.ts';
import { MECHANISMS, type Mechanism } from '../../../src/sandbox/javascript/walls.ts';

/** The levels as they are made where one mechanism is missing. */
function without(mechanism: Mechanism) {
  const rest = (all: readonly Mechanism[]) => all.filter((each) => each !== mechanism);
  return { L1: rest(MECHANISMS.L1), L2: rest(MECHANISMS.L2), L3: rest(MECHANISMS.L3) };
}

test.each([
  ['seccomp', 'l2', /a sample can read a file, /],
  ['seccomp', 'l3', /a sample can .*fork/],
  ['limits', 'l2', /a sample can take more memory/],
] as const)(
  'without %s %s is refused, for what a probe could do',
  async (mechanism, level, why) => {
    const opening = openJavaScriptSandbox({
      level,
      workers: 1,
      env: process.env,
      mechanisms: without(mechanism),
    });
    await expect(opening).rejects.toThrow(why);
  },
);

test('without bubblewrap on the path the level is L2, and says why', async () => {
  await using sandbox = await openJavaScriptSandbox({ level: 'auto', workers: 1, env: {} });
  expect(sandbox.identity).toMatchObject({
    level: 'L2',
    missed: [expect.stringContaining('L3: bwrap is not on the path')],
  });
});

test('unsafe is L1, and says what it does not deny', async () => {
  await using sandbox = await openJavaScriptSandbox({
    level: 'unsafe',
    workers: 1,
    env: process.env,
  });
  const { level, denials } = sandbox.identity;
  expect(level).toBe('L1');
  expect(denials).toContainEqual({ name: 'read a file', isDenied: false });
});
