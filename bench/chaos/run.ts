/*
 * Breaks commands in every way that we know of, starts them again, and holds what came of it against the same
 * command that nothing happened to: the same completions, verdicts, scores and summary, no stack trace, no hang,
 * no process left behind.
 *
 *     npm run chaos -- 100 [--seed N] [--from ROUND]
 *
 * The seed is printed, and repeats the same faults; when exactly they strike, the machine has its part in.
 * Each round depends on the seed and its own number alone, so that 100 rounds can be played in pieces.
 * Simulated: a full disk by a limit on the size of files, a clock set back by one that only the command sees.
 * Linux alone. A folder of a round that went wrong is kept. Change no source meanwhile: it would be another evalkit.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { makeJobs } from './jobs.ts';
import { startServer } from './model-server.ts';
import { playRound, type Stage, turnOf } from './rounds.ts';

const { values, positionals } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    from: { type: 'string', default: '1' },
  },
  allowPositionals: true,
});
const positive = z.coerce.number().int().positive();
const last = positive.parse(positionals[0] ?? 100);
const from = positive.parse(values.from);
const seed = z.coerce.number().int().nonnegative().parse(values.seed);

const folder = mkdtempSync(join(tmpdir(), 'evalkit-chaos-'));
const counts = new Map<string, number>();
const failed: number[] = [];
{
  await using server = await startServer();
  say(`rounds ${from} to ${last}, seed ${seed}`);
  const jobs = await makeJobs(folder, server.url);
  const stage: Stage = { folder, seed, jobs, server, undisturbed: new Map() };
  for (let round = from; round <= last; round += 1) {
    const turn = turnOf(seed, round);
    const label = `${turn.fault}, ${turn.job}`;
    const problems = await playRound(stage, round, turn);
    say(`round ${round}: ${label}: ${problems.length === 0 ? 'the same' : problems.join('; ')}`);
    counts.set(label, (counts.get(label) ?? 0) + 1);
    if (problems.length > 0) {
      failed.push(round);
    }
  }
}
for (const [label, count] of [...counts].toSorted()) {
  say(`${String(count).padStart(4)}  ${label}`);
}
const played = last - from + 1;
say(`${played - failed.length} of ${played} rounds ended as the undisturbed run (seed ${seed})`);
if (failed.length === 0) {
  rmSync(folder, { recursive: true, force: true });
} else {
  say(`other than it: ${failed.map((round) => `round ${round}`).join(', ')}; kept: ${folder}`);
}
process.exitCode = failed.length === 0 ? 0 : 1;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
