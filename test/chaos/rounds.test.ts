import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';

/** Stands in the title; `EVALKIT_CHAOS_SEED` repeats a run. */
const SEED = Number(process.env['EVALKIT_CHAOS_SEED'] ?? Date.now() % 1_000_000);

/** Of the hundred that `npm run chaos` plays: others each time. */
const ROUNDS = 5;

const SCRIPT = fileURLToPath(new URL('../../bench/chaos/run.ts', import.meta.url));

test(`broken commands resume, and end as those that nothing happened to (seed ${SEED})`, async () => {
  const words = [String(ROUNDS), '--seed', String(SEED)];
  const { stdout, exitCode } = await execa(process.execPath, [SCRIPT, ...words], { reject: false });
  expect(exitCode, stdout).toBe(0);
  expect(stdout).toContain(`${ROUNDS} of ${ROUNDS} rounds ended as the undisturbed run`);
});
