import { locating } from '../options/message.ts';
import type { OptionSet } from '../options/option.ts';
import { type CommandOptions, type Given, parseOptions, type Typed } from '../options/parse.ts';
import { type Config, NO_CONFIG, readConfig } from './config.ts';
import type { Host, Outcome, ProcessHost } from './host.ts';
import { checkPlaces } from './places.ts';

/** What a command takes, and what it does with it. */
export interface Runnable<S extends OptionSet> {
  readonly command: CommandOptions<S>;
  readonly run: (options: Given<S>, host: Host) => Promise<Outcome>;
}

/** Reads the config file, as far as it concerns the command, and does what the command does. */
export async function startCommand<S extends OptionSet>(
  name: string,
  runnable: Runnable<S>,
  { typed, host }: { readonly typed: Typed; readonly host: ProcessHost },
): Promise<Outcome> {
  const isConfigured = runnable.command.config !== undefined;
  const config = isConfigured ? await readConfig(typed['config'], host) : NO_CONFIG;
  const prepared = await prepareCommand(name, runnable, { typed, host, config });
  return prepared();
}

/** Checks a command's options, and what they write to, and gives what then runs. */
export async function prepareCommand<S extends OptionSet>(
  name: string,
  { command, run }: Runnable<S>,
  from: { readonly typed: Typed; readonly host: ProcessHost; readonly config: Config },
): Promise<() => Promise<Outcome>> {
  const { typed, host, config } = from;
  const { section, catalogue, path } = config;
  const options = parseOptions(
    command,
    typed,
    command.config === 'section' ? section(name) : undefined,
  );
  const { origins } = options;
  const configured = path === undefined ? undefined : { path, names: new Set(origins.keys()) };
  const places = { options: command.options, given: options, config: configured };
  await locating(origins, () => checkPlaces(places, host));
  return () => locating(origins, () => run(options, { ...host, catalogue }));
}
