import { existsSync, readdirSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { usageError } from '../../records/error.ts';
import { bench } from '../bench/command.ts';
import { benchOptions } from '../bench/options.ts';
import { readConfig } from '../config.ts';
import type { Host, Outcome } from '../host.ts';
import { humaneval } from '../humaneval/command.ts';
import { humanevalOptions } from '../humaneval/options.ts';
import { prepareCommand } from '../start.ts';
import type { PresetOptions } from './options.ts';

/** The presets that come along, in a checkout and in a package alike. */
const FOLDER = fileURLToPath(new URL('../../../presets/', import.meta.url));

/** What presets may ask of the environment and cannot say by themselves: where a file of theirs lies. */
const DEFAULTS = { EVALKIT_PRESET_CALIBRATION: join(FOLDER, 'calibration.txt') };

/** Runs the sections of a preset or of the user's own file; without a name, lists the presets. */
export async function preset(options: PresetOptions, host: Host): Promise<Outcome> {
  const { name, dryRun, offline } = options;
  if (name === undefined) {
    await host.print(`${names().join('\n')}\n`);
    return { kind: 'done' };
  }
  const path = pathOf(name, host);
  const config = await readConfig(path, { ...host, env: { ...DEFAULTS, ...host.env } });
  // A switch that is not given leaves the choice to the file.
  const typed = { dryRun: dryRun || undefined, offline: offline || undefined };
  const has = (section: string): boolean => Object.keys(config.section(section).values).length > 0;
  // All of them are checked before the first runs: a grid may take hours.
  const from = { typed, host, config };
  const runs = [
    has('bench')
      ? [await prepareCommand('bench', { command: benchOptions, run: bench }, from)]
      : [],
    has('humaneval')
      ? [await prepareCommand('humaneval', { command: humanevalOptions, run: humaneval }, from)]
      : [],
  ].flat();
  if (runs.length === 0) {
    throw usageError(
      `${path} has neither a bench nor a humaneval section; name a preset (${names().join(', ')}) or a config file with one`,
    );
  }
  const outcomes: Outcome[] = [];
  for (const run of runs) {
    outcomes.push(await run());
  }
  return outcomes.find(({ kind }) => kind !== 'done') ?? { kind: 'done' };
}

function names(): string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => basename(name, '.yaml'))
    .toSorted();
}

function pathOf(name: string, { cwd }: Host): string {
  const shipped = join(FOLDER, `${name}.yaml`);
  if (names().includes(name)) {
    return relative(cwd, shipped);
  }
  if (!existsSync(resolve(cwd, name))) {
    throw usageError(
      `preset ${name}: no such preset or file; the presets are ${names().join(', ')}`,
    );
  }
  return name;
}
