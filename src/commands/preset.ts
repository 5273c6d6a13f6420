import { existsSync, readdirSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CommandModule } from 'yargs';
import { parseBenchOptions } from '../config/bench-options.ts';
import { parseHumanevalOptions } from '../config/humaneval-options.ts';
import { usageError } from '../records/error.ts';
import { benchCommandOutput } from './bench.ts';
import { flag } from './flags.ts';
import type { Host, Outcome } from './host.ts';
import { humanevalCommandOutput } from './humaneval.ts';

/** The presets that come along, in a checkout and in a package alike. */
const FOLDER = fileURLToPath(new URL('../../presets/', import.meta.url));

/** `evalkit preset NAME`: runs the sections of a config file, `bench` and then `humaneval`. */
export function presetCommand(
  host: Host,
  finish: (outcome: Outcome) => void,
): CommandModule<object, Record<string, unknown>> {
  return {
    command: 'preset [name]',
    describe: 'Make one of the tables that presets describe; without a name, list them',
    builder: (yargs) =>
      yargs
        .positional('name', {
          type: 'string',
          describe: 'Name of a preset, or a config file of your own',
        })
        .options({
          'dry-run': flag('Print what would be run'),
          offline: flag('Use only what is on this machine'),
        })
        .example('$0 preset cpu-gguf', 'seconds for 200 tokens and pass@1 of each quantization'),
    handler: async ({ name, dryRun, offline }) => {
      if (typeof name !== 'string') {
        await host.print(`${names().join('\n')}\n`);
        finish({ kind: 'done' });
        return;
      }
      const typed = { config: pathOf(name, host), dryRun, offline };
      finish(await runSections(typed, host));
    },
  };
}

type Typed = Readonly<Record<string, unknown>>;

async function runSections(typed: Typed, host: Host): Promise<Outcome> {
  const outcomes: Outcome[] = [];
  const bench = await host.section('bench', typed);
  if (Object.keys(bench.values).length > 0) {
    outcomes.push(await benchCommandOutput(parseBenchOptions(typed, bench), host));
  }
  const humaneval = await host.section('humaneval', typed);
  if (Object.keys(humaneval.values).length > 0) {
    outcomes.push(await humanevalCommandOutput(parseHumanevalOptions(typed, humaneval), host));
  }
  if (outcomes.length === 0) {
    throw usageError(
      `${String(typed['config'])} has neither a bench nor a humaneval section; name a preset (${names().join(', ')}) or a config file with one`,
    );
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
