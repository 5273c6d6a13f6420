/*
 * Breaks runs in every way that we know of, resumes them, and holds what came of it against a run that nothing
 * happened to: the same completions, verdicts and summary, no stack trace, no hang.
 *
 *     npm run chaos -- 100 [--seed N]
 *
 * The seed is printed, and repeats the same faults; when exactly they strike, the machine has its part in.
 * Simulated: a full disk by a limit on the size of files, a clock set back by one that only the command sees.
 * Linux alone.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { z } from 'zod';
import { type Ended, FAULTS, run, type Scene } from './faults.ts';
import { differences, outcomeOf, type RunOutcome } from './outcome.ts';
import { randomOf } from './random.ts';
import { makeSettings, type Setting } from './settings.ts';

const { values, positionals } = parseArgs({
  options: { seed: { type: 'string', default: String(Date.now() % 1_000_000) } },
  allowPositionals: true,
});
const positive = z.coerce.number().int().positive();
const rounds = positive.parse(positionals[0] ?? 100);
const seed = z.coerce.number().int().nonnegative().parse(values.seed);

/** How often a resumed command may end with 3 before it counts as one that never gets there. */
const MOST_RESUMES = 4;

const SERVER = fileURLToPath(new URL('./server.ts', import.meta.url));

const cwd = mkdtempSync(join(tmpdir(), 'evalkit-chaos-'));
const random = randomOf(seed);
const port = await freePort();
let server = launchServer();
await untilItAnswers();
const counts = new Map<string, number>();
const failures: string[] = [];
try {
  say(`${rounds} rounds, seed ${seed}`);
  const settings = await makeSettings(cwd, `http://127.0.0.1:${port}/v1`);
  const undisturbed = await runUndisturbed(settings);
  for (let round = 1; round <= rounds; round += 1) {
    await playRound(round, { settings, undisturbed });
  }
  for (const [name, count] of [...counts].toSorted()) {
    say(`${String(count).padStart(4)}  ${name}`);
  }
  say(
    `${rounds - failures.length} of ${rounds} rounds ended as the undisturbed run (seed ${seed})`,
  );
} finally {
  server.kill('SIGKILL');
  await server;
  rmSync(cwd, { recursive: true, force: true });
}
process.exitCode = failures.length === 0 ? 0 : 1;

async function playRound(
  round: number,
  from: {
    readonly settings: readonly [Setting, ...Setting[]];
    readonly undisturbed: ReadonlyMap<string, RunOutcome>;
  },
): Promise<void> {
  const names = Object.keys(FAULTS);
  const name = names[random.between(0, names.length - 1)] ?? '';
  const own = from.settings.filter((each) => name !== 'server killed' || each.name === 'server');
  const [first = from.settings[0], ...others] = own;
  const setting = random.oneOf([first, ...others]);
  const scene = sceneOf(setting, `run-${round}`);
  const label = `round ${round}: ${name}, ${setting.name}`;
  try {
    const ended = (await FAULTS[name]?.(scene)) ?? [];
    const resumed = await resume(scene);
    const problems = [...ended, ...resumed].flatMap(problemsOf);
    const wanted = from.undisturbed.get(setting.name);
    const found = outcomeOf(join(cwd, scene.folder));
    const differing = wanted === undefined ? ['no reference'] : differences(wanted, found);
    report(label, [...problems, ...differing.map((what) => `other ${what}`)]);
  } catch (error) {
    report(label, [String(error)]);
  }
  const kind = `${name}, ${setting.name}`;
  counts.set(kind, (counts.get(kind) ?? 0) + 1);
  rmSync(join(cwd, scene.folder), { recursive: true, force: true });
}

function sceneOf(setting: Setting, folder: string): Scene {
  return { random, setting, cwd, folder, restartServer };
}

async function resume(scene: Scene): Promise<Ended[]> {
  const ended: Ended[] = [];
  do {
    ended.push(await run(scene));
  } while (ended.at(-1)?.exitCode === 3 && ended.length < MOST_RESUMES);
  if (ended.at(-1)?.exitCode !== 0) {
    throw new Error(`it cannot be resumed: ${ended.at(-1)?.exitCode} ${ended.at(-1)?.stderr}`);
  }
  return ended;
}

/** What no command may ever say or do. */
function problemsOf({ stderr, exitCode }: Ended): string[] {
  const words = /defect:|^\s+at .*:\d+:\d+\)?$|it hung|UnhandledPromise/m.exec(stderr);
  const isKnown = exitCode === undefined || [0, 3, 130, 137, 143].includes(exitCode);
  return [
    ...(words === null ? [] : [`said: ${stderr.slice(-600)}`]),
    ...(isKnown ? [] : [`ended with ${exitCode}: ${stderr.slice(-600)}`]),
  ];
}

async function runUndisturbed(settings: readonly Setting[]): Promise<Map<string, RunOutcome>> {
  const outcomes = new Map<string, RunOutcome>();
  for (const setting of settings) {
    const folder = `undisturbed-${setting.name}`;
    const { exitCode, stderr } = await run(sceneOf(setting, folder));
    if (exitCode !== 0) {
      throw new Error(`the undisturbed run ended with ${exitCode}: ${stderr}`);
    }
    outcomes.set(setting.name, outcomeOf(join(cwd, folder)));
  }
  return outcomes;
}

function report(label: string, problems: readonly string[]): void {
  say(`${label}: ${problems.length === 0 ? 'the same' : problems.join('; ')}`);
  if (problems.length > 0) {
    failures.push(label);
  }
}

async function restartServer(): Promise<void> {
  server.kill('SIGKILL');
  await server;
  await setTimeout(random.between(0, 1_000));
  server = launchServer();
  await untilItAnswers();
}

function launchServer() {
  return execa(process.execPath, [SERVER, String(port)], { reject: false });
}

async function untilItAnswers(): Promise<void> {
  for (;;) {
    const answers = await fetch(`http://127.0.0.1:${port}/v1/models`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answers) {
      return;
    }
    await setTimeout(50);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port: found } = probe.address() as AddressInfo;
      probe.close(() => resolve(found));
    });
  });
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
