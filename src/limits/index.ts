import {
  type Declaration,
  declareOptions,
  type Option,
  type Options,
  type OptionSet,
} from '../options/option.ts';
import { issueWords } from '../records/issue-words.ts';
import { type GateLimits, gateLimitsSchema } from '../records/gate-limits.ts';
import { confidence } from './confidence.ts';
import type { Limit } from './limit.ts';
import { maxDrop } from './max-drop.ts';
import { maxKl } from './max-kl.ts';
import { maxTpotRatio } from './max-tpot-ratio.ts';
import { minPass } from './min-pass.ts';
import { minSandbox } from './min-sandbox.ts';

/** What `evalkit compare` has too. */
const MARGIN = [maxDrop, confidence] as const;

/**
 * All that the gate can hold a candidate against, in the order in which it is told. A new limit is a
 * file and a line here: flags, config keys, records, refusals, checks and words follow from it.
 */
const TABLE = [...MARGIN, maxTpotRatio, maxKl, minPass, minSandbox] as const;

/** The table, for who goes through it and asks for none by name. */
export const LIMITS: readonly Limit[] = TABLE;

/** Options of commands that gate, by the limits' names; absent where nothing was typed. */
export const limitOptions = optionsOf(TABLE);

/** Options of commands that only compare. */
export const marginOptions = optionsOf(MARGIN);

/** What these options come to. */
export type LimitValues = Options<typeof limitOptions>;

type OptionsOf<L extends Limit> = {
  readonly [E in L as E['name']]: Option<Declaration<E['typed']>, E['name']>;
};

function optionsOf<L extends Limit>(limits: readonly L[]): OptionsOf<L>;
function optionsOf(limits: readonly Limit[]): OptionSet {
  return declareOptions(
    'Limits',
    Object.fromEntries(
      limits.map(({ name, typed, help, standardText, measuredBy = [] }) => [
        name,
        {
          type: typed,
          help,
          ...(standardText === undefined ? {} : { defaultText: standardText }),
          needs: [{ option: 'gate' }, ...measuredBy],
        },
      ]),
    ),
  );
}

/** The limits where the user names none. */
export const STANDARD_LIMITS: GateLimits = gateLimitsSchema.parse(
  Object.fromEntries(
    LIMITS.flatMap(({ name, standard }) => (standard === undefined ? [] : [[name, standard]])),
  ),
);

/** What is wrong with limits, which records take by any name: the first that is unknown, or has no value of its. */
export function limitProblem(limits: GateLimits): string | undefined {
  for (const [name, value] of Object.entries(limits)) {
    const known = LIMITS.find((limit) => limit.name === name);
    const parsed = known?.schema.safeParse(value);
    if (parsed?.success !== true) {
      return parsed === undefined
        ? `the limit ${name} is not a limit: nothing is called that`
        : `the limit ${name} ${issueWords(parsed.error.issues[0])}`;
    }
  }
  return undefined;
}
