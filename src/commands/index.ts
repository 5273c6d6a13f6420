import { baseline } from './baseline.ts';
import { bench } from './bench.ts';
import type { Command, Family } from './command.ts';
import { compare } from './compare.ts';
import { convert } from './convert.ts';
import { doctor } from './doctor.ts';
import { engine } from './engine.ts';
import { exportCommand } from './export.ts';
import { gate } from './gate.ts';
import { humaneval } from './humaneval.ts';
import { judge } from './judge.ts';
import { merge } from './merge.ts';
import { models } from './models.ts';
import { perplexity } from './perplexity.ts';
import { preset } from './preset.ts';
import { quantize } from './quantize.ts';
import { report } from './report.ts';
import { screen } from './screen.ts';
import { show } from './show.ts';

/** Every command, in the order of the help. */
export const COMMANDS: readonly (Command | Family)[] = [
  humaneval,
  bench,
  doctor,
  judge,
  merge,
  perplexity,
  screen,
  preset,
  report,
  show,
  exportCommand,
  baseline,
  compare,
  gate,
  models,
  quantize,
  convert,
  engine,
];
