import type { Host, Outcome } from '../host.ts';
import { printFiles } from '../models/command.ts';
import type { ConvertOptions } from './options.ts';
import { runConvert } from './run.ts';

/** Converts safetensors and prints where the file lies. */
export async function convert(options: ConvertOptions, host: Host): Promise<Outcome> {
  return printFiles([await runConvert(options, host)], options, host);
}
