import { about } from '../options/message.ts';
import type { OptionReference } from '../options/option.ts';
import { usageError } from '../records/error.ts';
import { DEFAULT_REVISION, type EngineWeights, isPlain } from './item.ts';
import { nearestNames } from './nearest-names.ts';
import { modelOptions } from './options.ts';

/** What an engine's items may say, as its entry in the table of engines tells. */
export interface EngineForm {
  /** Names of what it can make of weights; absent: it reads one file as it is. */
  readonly variants?: readonly string[];
  readonly defaultVariant?: string;
}

/** An item's parts before its weights are looked for. */
export interface EngineText {
  readonly engine: string;
  /** What stands for the weights. */
  readonly weights: string;
  readonly variant: string | undefined;
  /** Whether it reads one file as it is. */
  readonly readsFile: boolean;
}

/**
 * Reads `ENGINE:WEIGHTS[@variant]` for one of the engines; `undefined` for any other text. The variant
 * is what follows the last `@`, if no `/` comes after it: a revision of the hub stands before it, as
 * in `torch:hf:owner/repo@main@bf16`. Throws a usage error for a variant that there is not.
 */
export function parseEngineText(
  text: string,
  engines: Readonly<Record<string, EngineForm>>,
  flag: OptionReference = modelOptions.model,
): EngineText | undefined {
  const found = Object.entries(engines).find(([name]) => text.startsWith(`${name}:`));
  if (found === undefined) {
    return undefined;
  }
  const [engine, { variants, defaultVariant }] = found;
  const rest = text.slice(engine.length + 1);
  const { weights, variant } =
    variants === undefined ? { weights: rest, variant: undefined } : splitVariant(rest);
  if (weights === '') {
    throw usageError(
      about`${flag} ${text} names no ${variants === undefined ? 'file' : 'weights'}; write ${engine}:PATH`,
    );
  }
  if (variant !== undefined && variants?.includes(variant) !== true) {
    throw usageError(
      about`${flag} ${text}: no variant is called ${variant || 'nothing'}; nearest: ${nearestNames(variant, variants ?? []).join(', ')} (what follows the last @ is the variant: behind a path or a revision with an @ write one, as @${defaultVariant ?? ''})`,
    );
  }
  return {
    engine,
    weights,
    variant: variant ?? defaultVariant,
    readsFile: variants === undefined,
  };
}

function splitVariant(text: string): {
  readonly weights: string;
  readonly variant: string | undefined;
} {
  const { weights = text, variant } =
    /^(?<weights>.*)@(?<variant>[^@/]*)$/s.exec(text)?.groups ?? {};
  return { weights, variant };
}

const REPOSITORY = /^hf:(?<repo>[\w.-]+\/[\w.-]+)(?:@(?<revision>[\w./-]+))?$/i;

/** Reads `hf:owner/repo[@revision]`; `undefined` for any other text, as a file of a repository. */
export function parseRepository(
  text: string,
): Extract<EngineWeights, { kind: 'repository' }> | undefined {
  const { repo, revision = DEFAULT_REVISION } = REPOSITORY.exec(text)?.groups ?? {};
  return repo === undefined || !isPlain(repo, revision)
    ? undefined
    : { kind: 'repository', repo, revision };
}
