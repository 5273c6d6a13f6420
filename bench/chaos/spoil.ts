import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KINDS } from '../../src/store/kinds.ts';
import { type Ended, run, type Scene } from './command.ts';
import type { Random } from './random.ts';

/** What a garbled line reads like; each of them is no record any more. */
const GARBLES: readonly [Garble, ...Garble[]] = [
  (line, random) => line.slice(random.between(1, line.length - 1)),
  (line, random) => line.slice(0, random.between(1, line.length - 1)),
  (line) => '\0'.repeat(line.length),
  (line) => `${line}${line}`,
  (line, random) => `${line.slice(0, random.between(1, line.length - 1))}\n`,
  () => '{}',
  () => 'null',
  () => '',
];
type Garble = (line: string, random: Random) => string;

/** Cuts a file of records off, somewhere in its last lines. */
export function tear(scene: Scene): void {
  const { random } = scene;
  const path = recordsOf(scene);
  const { size } = statSync(path);
  truncateSync(path, Math.max(0, size - random.between(1, Math.min(size, 400))));
}

/** Spoils a line. The command must name it, and change nothing; then its owner takes it out. */
export async function garble(scene: Scene): Promise<Ended> {
  const { random } = scene;
  const path = recordsOf(scene);
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  const which = random.between(0, lines.length - 1);
  const spoil = random.oneOf(GARBLES);
  const spoilt = lines.map((line, index) => (index === which ? spoil(line, random) : line));
  const text = textOf(spoilt);
  writeFileSync(path, text);
  const refused = await run(scene);
  const named = `line ${which + 1} is not a record`;
  if (refused.exitCode !== 3 || !refused.stderr.includes(named)) {
    throw new Error(`a garbled line was not named: ${refused.exitCode} ${refused.stderr}`);
  }
  if (readFileSync(path, 'utf8') !== text) {
    throw new Error('a file with a garbled line was written to');
  }
  writeFileSync(path, textOf(lines.filter((_, index) => index !== which)));
  return refused;
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** A file of those that the command writes, and that holds some records. */
function recordsOf({ random, cwd, job }: Scene): string {
  const { completions, verdicts, sessions, scores } = KINDS.humaneval.files;
  const written = job.begunWith === undefined ? [completions, sessions, scores] : [];
  const [first, ...others] = [verdicts, ...written]
    .map(({ file }) => join(cwd, 'run', file))
    .filter((path) => existsSync(path) && statSync(path).size > 0);
  if (first === undefined) {
    throw new Error('a run without records');
  }
  return random.oneOf([first, ...others]);
}
