import type { Sections } from '../options/config-file.ts';
import type { CommandOptions } from '../options/parse.ts';

/** What each command takes; loaded for the command that runs, or whose help is wanted, alone. */
const TABLE = {
  humaneval: async () => (await import('./humaneval/options.ts')).humanevalOptions,
  bench: async () => (await import('./bench/options.ts')).benchOptions,
  perplexity: async () => (await import('./perplexity/options.ts')).perplexityOptions,
  screen: async () => (await import('./screen/options.ts')).screenOptions,
  judge: async () => (await import('./judge/options.ts')).judgeOptions,
  merge: async () => (await import('./merge/options.ts')).mergeOptions,
  preset: async () => (await import('./preset/options.ts')).presetOptions,
  report: async () => (await import('./report/options.ts')).reportOptions,
  export: async () => (await import('./export/options.ts')).exportOptions,
  show: async () => (await import('./show/options.ts')).showOptions,
  compare: async () => (await import('./compare/options.ts')).compareOptions,
  gate: async () => (await import('./gate/options.ts')).gateOptions,
  'baseline write': async () => (await import('./gate/baseline-options.ts')).baselineOptions,
  'models list': async () => (await import('./models/options.ts')).modelListOptions,
  'models pull': async () => (await import('./models/options.ts')).pullOptions,
  quantize: async () => (await import('./models/quantize-options.ts')).quantizeOptions,
  convert: async () => (await import('./convert/options.ts')).convertOptions,
  'engine list': async () => (await import('./engine/options.ts')).engineListOptions,
  'engine install': async () => (await import('./engine/options.ts')).engineInstallOptions,
  doctor: async () => (await import('./doctor/options.ts')).doctorOptions,
};

/** A command's words on the command line. */
export type CommandName = keyof typeof TABLE;

/** The options of a command. */
export type OptionSetOf<N extends CommandName> = Awaited<ReturnType<(typeof TABLE)[N]>>['options'];

type Loaders = { readonly [N in CommandName]: () => Promise<CommandOptions<OptionSetOf<N>>> };

/** What a command takes. */
export function optionsOfCommand<N extends CommandName>(
  name: N,
): Promise<CommandOptions<OptionSetOf<N>>> {
  const loaders: Loaders = TABLE;
  return loaders[name]();
}

/** The commands that a config file has a section for. */
export async function loadSections(): Promise<Sections> {
  const all = await Promise.all(
    Object.entries(TABLE).map(async ([name, load]) => [name, await load()] as const),
  );
  return Object.fromEntries(
    all
      .filter(([, { config }]) => config === 'section')
      .map(([name, { options }]) => [name, options]),
  );
}
