import { existsSync, readdirSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CommandModule } from 'yargs';
import { parseBenchOptions } from '../options/bench-options.ts';
import type { ConfigSection } from '../options/config-file.ts';
import { usageError } from '../records/error.ts';
import { benchCommandOutput } from './bench.ts';
import { flag } from './flags.ts';
import type { Host, Outcome } from '../app/host.ts';
import { humanevalCommandOutput, readHumanevalOptions } from './humaneval.ts';

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
    handler: async ({ name, dryRun, offline, config }) => {
      if (typeof name !== 'string') {
        await host.print(`${names().join('\n')}\n`);
        finish({ kind: 'done' });
        return;
      }
      if (config !== undefined && config !== false) {
        throw usageError(
          `--config ${typeof config === 'string' ? config : JSON.stringify(config)}: preset ${name} is a config file itself; leave --config out, or name your file in place of the preset`,
        );
      }
      const typed = { config: pathOf(name, host), dryRun, offline };
      finish(await runSections(typed, host));
    },
  };
}

type Typed = Readonly<Record<string, unknown>>;
type Run = (host: Host) => Promise<Outcome>;

/** The sections that run, in this order: each checks its options and gives what then runs. */
const PREPARE = {
  bench: (typed, section) => {
    const options = parseBenchOptions(typed, section);
    return (host) => benchCommandOutput(options, host);
  },
  humaneval: async (typed, section) => {
    const options = await readHumanevalOptions(typed, section);
    return (host) => humanevalCommandOutput(options, host);
  },
} as const satisfies Record<string, (typed: Typed, section: ConfigSection) => Run | Promise<Run>>;

/** Runs what the file has sections for, once all of them are checked: a grid may take hours. */
async function runSections(typed: Typed, host: Host): Promise<Outcome> {
  const prepared: { readonly name: keyof typeof PREPARE; readonly run: Run }[] = [];
  for (const name of ['bench', 'humaneval'] as const) {
    const section = await host.section(name, typed);
    if (Object.keys(section.values).length > 0) {
      prepared.push({ name, run: await PREPARE[name](typed, section) });
    }
  }
  const outcomes: Outcome[] = [];
  for (const { name, run } of prepared) {
    // What goes wrong from here on is told with the places of this section's options.
    await host.section(name, typed);
    outcomes.push(await run(host));
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
