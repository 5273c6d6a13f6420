import type { Sections } from '../options/config-file.ts';
import type { CommandOptions } from '../options/parse.ts';
import { benchOptions } from './bench/options.ts';
import { compareOptions } from './compare/options.ts';
import { doctorOptions } from './doctor/options.ts';
import { baselineOptions } from './gate/baseline-options.ts';
import { gateOptions } from './gate/options.ts';
import { humanevalOptions } from './humaneval/options.ts';
import { judgeOptions } from './judge/options.ts';
import { modelListOptions, pullOptions } from './models/options.ts';
import { quantizeOptions } from './models/quantize-options.ts';
import { perplexityOptions } from './perplexity/options.ts';
import { presetOptions } from './preset/options.ts';
import { reportOptions } from './report/options.ts';
import { showOptions } from './show/options.ts';

const TABLE = {
  humaneval: humanevalOptions,
  bench: benchOptions,
  perplexity: perplexityOptions,
  judge: judgeOptions,
  preset: presetOptions,
  report: reportOptions,
  show: showOptions,
  compare: compareOptions,
  gate: gateOptions,
  'baseline write': baselineOptions,
  'models list': modelListOptions,
  'models pull': pullOptions,
  quantize: quantizeOptions,
  doctor: doctorOptions,
};

/** A command's words on the command line. */
export type CommandName = keyof typeof TABLE;

/** The options of a command. */
export type OptionSetOf<N extends CommandName> = (typeof TABLE)[N]['options'];

/** What each command takes. */
export const COMMAND_OPTIONS: { readonly [N in CommandName]: CommandOptions<OptionSetOf<N>> } =
  TABLE;

/** The commands that a config file has a section for. */
export const SECTIONS: Sections = Object.fromEntries(
  Object.entries(COMMAND_OPTIONS)
    .filter(([, { config }]) => config === 'section')
    .map(([name, { options }]) => [name, options]),
);
