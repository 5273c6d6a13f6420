import { about } from '../options/message.ts';
import { MODE_NAMES } from '../records/decode.ts';
import { usageError } from '../records/error.ts';
import { modeOf } from './index.ts';
import { CUSTOMARY_K, type DecodeOptions, decodeOptions } from './options.ts';

/**
 * Throws a usage error for an option that nothing uses, or that asks the impossible. `usedBeside` names
 * options that something else than the modes uses.
 */
export function checkDecodeOptions(
  options: DecodeOptions,
  usedBeside: readonly (keyof DecodeOptions)[],
): void {
  refuseUnused(options, usedBeside);
  const samples = mostSamples(options);
  const most = Math.max(...(options.k ?? [1]));
  if (most > samples) {
    throw usageError(
      about`${decodeOptions.k} ${most} needs at least ${most} samples per task; ${decodeOptions.samples} is ${samples}: raise it, or ask for less`,
    );
  }
}

/** The k of pass@k that a run reports: those asked for, else the customary ones that its samples allow. */
export function chooseK(options: DecodeOptions): number[] {
  const samples = mostSamples(options);
  return options.k ?? CUSTOMARY_K.filter((k) => k <= samples);
}

/** Without a mode that uses it, an option would be ignored in silence. */
function refuseUnused(options: DecodeOptions, usedBeside: readonly (keyof DecodeOptions)[]): void {
  const used = new Set([...options.decode.flatMap((name) => modeOf(name).options), ...usedBeside]);
  const all = new Set(MODE_NAMES.flatMap((name) => modeOf(name).options));
  for (const option of all) {
    if (options[option] !== undefined && !used.has(option)) {
      const modes = MODE_NAMES.filter((name) => modeOf(name).options.includes(option));
      const { decode, [option]: unused } = decodeOptions;
      throw usageError(
        about`${unused} ${String(options[option])} has no use with ${decode} ${options.decode.join(',')}; add ${modes.join(' or ')} to ${decode}, or leave ${unused} out`,
      );
    }
  }
}

function mostSamples(options: DecodeOptions): number {
  return Math.max(...options.decode.map((name) => modeOf(name).samples?.(options) ?? 1));
}
