import { modelOptions } from '../../models/options.ts';
import { parseQuantization } from '../../models/quantization.ts';
import { about, type Origins } from '../../options/message.ts';
import { usageError } from '../../records/error.ts';

/** The options that may name a quantization of the base, and it itself. */
export interface BaseUse {
  readonly base?: string | undefined;
  readonly model?: readonly string[] | undefined;
  readonly quantizeFrom?: string | undefined;
  readonly draft?: string | undefined;
  readonly reference?: string | undefined;
  /** Absent: all of them were typed. */
  readonly origins?: Origins;
}

/**
 * Throws a usage error for a `--base` that nothing is a quantization of: a file, another base's or another
 * repository's model would be measured in its place. One of the config file may be overruled by a flag.
 */
export function refuseIdleBase({ base, model, quantizeFrom, ...rest }: BaseUse): void {
  const { draft, reference, origins } = rest;
  // Everything is made of the one file, and nothing of the base.
  const models = quantizeFrom === undefined ? model : [];
  const named = [...(models ?? []), quantizeFrom, draft, reference];
  const isUsed =
    models === undefined ||
    named.some((name) => name !== undefined && parseQuantization(name) !== undefined);
  if (base !== undefined && !isUsed && origins?.has('base') !== true) {
    throw usageError(
      about`${modelOptions.base} ${base} has no use beside ${quantizeFrom ?? models?.join(',') ?? ''}: no quantization of it is named; name one, as q8_0, or leave ${modelOptions.base} out`,
    );
  }
}
