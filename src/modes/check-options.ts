import type { DecodeOptions } from './options.ts';
import { flagName } from '../options/flag-name.ts';
import { MODE_NAMES } from '../records/decode.ts';
import { usageError } from '../records/error.ts';
import { modeOf } from './index.ts';

/** The k that are reported where the user does not say, as far as there are samples for them. */
const CUSTOMARY_K = [1, 10, 100];

/** Throws a usage error for an option that none of the chosen modes uses, or that asks the impossible. */
export function checkDecodeOptions(options: DecodeOptions): void {
  refuseUnused(options);
  const samples = mostSamples(options);
  const most = Math.max(...(options.k ?? [1]));
  if (most > samples) {
    throw usageError(
      `--k ${most} needs at least ${most} samples a task; --samples is ${samples}: raise it, or ask for less`,
    );
  }
}

/** The k of pass@k that a run reports: those asked for, else the customary ones that its samples allow. */
export function chooseK(options: DecodeOptions): number[] {
  const samples = mostSamples(options);
  return options.k ?? CUSTOMARY_K.filter((k) => k <= samples);
}

/** Without a mode that uses it, an option would be ignored in silence. */
function refuseUnused(options: DecodeOptions): void {
  const used = new Set(options.decode.flatMap((name) => modeOf(name).options));
  const all = new Set(MODE_NAMES.flatMap((name) => modeOf(name).options));
  for (const option of all) {
    if (options[option] !== undefined && !used.has(option)) {
      const modes = MODE_NAMES.filter((name) => modeOf(name).options.includes(option));
      const flag = flagName(option);
      throw usageError(
        `${flag} ${String(options[option])} has no use with --decode ${options.decode.join(',')}; add ${modes.join(' or ')} to --decode, or leave ${flag} out`,
      );
    }
  }
}

function mostSamples(options: DecodeOptions): number {
  return Math.max(...options.decode.map((name) => modeOf(name).samples?.(options) ?? 1));
}
