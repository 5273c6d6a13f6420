import type { CommandModule } from 'yargs';
import type { Host, Outcome, ProcessHost } from '../app/host.ts';
import { type CommandName, type OptionSetOf, optionsOfCommand } from '../app/options.ts';
import type { Option } from '../options/option.ts';
import type { Given, Typed } from '../options/parse.ts';

/** A command: its words, what it is for, and what it does with its options. */
export interface CommandSpec<N extends CommandName> {
  readonly name: N;
  /** The words after it, as `<reference> [candidate]`. */
  readonly positionals?: string;
  readonly summary: string;
  /** Words after the command, each with what they are for. */
  readonly examples?: readonly (readonly [words: string, purpose: string])[];
  /** What it does; it imports it, so that only the command that runs is loaded. */
  readonly run: (options: Given<OptionSetOf<N>>, host: Host) => Promise<Outcome>;
}

/** A command with the types of its options erased. */
export interface Command {
  readonly name: CommandName;
  readonly positionals: string;
  readonly summary: string;
  readonly examples: readonly (readonly [words: string, purpose: string])[];
  /** Its options, in the order in which they are declared. */
  readonly options: () => Promise<readonly Option[]>;
  /** Checks the options as typed, with the config file's beneath them, and does what it does. */
  readonly start: (typed: Typed, host: ProcessHost) => Promise<Outcome>;
}

/** Several commands of the same first word. */
export interface Family {
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly Command[];
  /** The one that the first word alone stands for; absent: one must be named. */
  readonly byDefault?: Command;
}

/** Makes a command; its options are those of its name in the table. */
export function command<N extends CommandName>({
  name,
  positionals = '',
  summary,
  examples = [],
  run,
}: CommandSpec<N>): Command {
  const entry = () => optionsOfCommand(name);
  return {
    name,
    positionals,
    summary,
    examples,
    options: async () => Object.values((await entry()).options),
    start: async (typed, host) => {
      const { startCommand } = await import('../app/start.ts');
      return await startCommand(name, { command: await entry(), run }, { typed, host });
    },
  };
}

type Module = CommandModule<object, Record<string, unknown>>;

/** What a command may use, made for the one that runs, and who learns how it ended. */
export interface Context {
  readonly host: () => Promise<ProcessHost>;
  readonly finish: (outcome: Outcome) => void;
  /** As they were typed. */
  readonly words: readonly string[];
}

/** What yargs needs of a command. */
export function yargsCommand(made: Command | Family, context: Context): Module {
  return 'commands' in made ? familyModule(made, context) : commandModule(made, context);
}

function familyModule({ name, summary, commands, byDefault }: Family, context: Context): Module {
  return {
    command: name,
    describe: summary,
    builder: async (yargs) => {
      const { declareAll } = await import('./declare.ts');
      for (const one of commands) {
        const options = await one.options();
        yargs.command({
          ...commandModule(one, context),
          aliases: one === byDefault ? ['$0'] : [],
          // yargs prints no help of its own for a default command that it must wait for.
          builder: (inner) => declareAll(one, options, inner),
        });
      }
      const demanding =
        byDefault === undefined
          ? yargs.demandCommand(1, `no subcommand given; see evalkit ${name} --help`)
          : yargs;
      return demanding.strict().recommendCommands();
    },
    handler: () => {
      // One of the commands always runs.
    },
  };
}

function commandModule(made: Command, { host, finish, words }: Context): Module {
  const { name, positionals, summary } = made;
  const word = name.split(' ').at(-1);
  return {
    command: `${word} ${positionals}`.trim(),
    describe: summary,
    builder: async (yargs) => {
      const { declareAll } = await import('./declare.ts');
      return declareAll(made, await made.options(), yargs);
    },
    handler: async (typed) => {
      const { withDash } = await import('./declare.ts');
      finish(await made.start(withDash(typed, await made.options(), words), await host()));
    },
  };
}
