import { once } from 'node:events';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { cpuMsOf, Silence } from '../../../src/sandbox/rules/silence.ts';
import { waitFor } from '../../fixtures/wait-for.ts';

test('a process that did not get to run is not silent for too long, and one that computes is', () => {
  let used = 0;
  const silence = new Silence(50, () => used);
  used = 40;
  expect(silence.isTooLong()).toBe(false);
  used = 60;
  expect(silence.isTooLong()).toBe(true);
  silence.end();
  expect(silence.isTooLong()).toBe(false);
});

test('where processor time is unknown, and many times over, the clock counts', async () => {
  const unknown = new Silence(1, () => undefined);
  await waitFor(() => unknown.isTooLong());
  const asleep = new Silence(1, () => 0);
  await waitFor(() => asleep.isTooLong());
});

test("a process's time is its own, all threads together", async () => {
  const code = 'process.stdout.write("up"); for (;;);';
  const child = execa(process.execPath, ['-e', code], { reject: false, buffer: false });
  await once(child.stdout, 'data');
  const before = cpuMsOf(child.pid) ?? 0;
  await waitFor(() => (cpuMsOf(child.pid) ?? 0) > before + 50);
  child.kill('SIGKILL');
  await child;
  expect(cpuMsOf(child.pid)).toBeUndefined();
});
