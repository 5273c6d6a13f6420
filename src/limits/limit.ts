import type { z } from 'zod';
import type { CellEvidence } from '../compare/evidence.ts';
import type { PairedDrop, TaskPair } from '../metrics/paired-drop.ts';
import { about } from '../options/message.ts';
import { flagName, type Need } from '../options/option.ts';
import { EvalkitError } from '../records/error.ts';
import type { GateCell } from '../records/gate.ts';
import type { GateLimits, Margin } from '../records/gate-limits.ts';
import type { GateVerdict } from '../records/gate-verdict.ts';
import type { PerplexityCell } from '../records/perplexity-report.ts';
import type { CellPlan, Plan } from '../records/plan.ts';

/** What a limit is set to, as records hold it. */
export type LimitValue = number | string;

/** Why a limit cannot be held against something, and whose fault that is; with what to do next. */
export interface Refusal {
  readonly kind: 'usage' | 'environment';
  readonly reason: string;
}

/** What is known of a cell before anything is generated. */
export type PlannedCell = Pick<CellEvidence, 'name' | 'cell' | 'dataset' | 'metric' | 'grading'>;

/** A run that is not made yet, and what its gate will hold it against. */
export interface Prospect {
  readonly plan: Plan;
  /** `undefined`: the run's own reference cell. */
  readonly baseline: CellEvidence | undefined;
  /** `undefined`: a baseline of judged samples. */
  readonly reference: CellPlan | undefined;
  readonly candidates: readonly CellPlan[];
  /** Whether the run measures KL divergence. */
  readonly hasKl: boolean;
}

/** Two cells of finished runs. */
export interface Sides {
  readonly reference: CellEvidence;
  readonly candidate: CellEvidence;
}

/** What a check looks at: two cells with all tasks judged. */
export interface CheckContext extends Sides {
  readonly pairs: readonly TaskPair[];
  readonly drop: PairedDrop;
  /** One-sided, of the candidate being worse, adjusted over the gate's cells. */
  readonly pHolm: number;
  readonly limits: Margin;
}

/** What a check finds. */
export interface Finding {
  readonly verdict: GateVerdict;
  /** In words, with bound and n. */
  readonly detail: string;
  /** What the decision's record shows of it beside the words. */
  readonly figures?: Partial<GateCell>;
}

/** Completions of all tasks, some of them supposed. */
export interface SupposedCompletions {
  readonly pairs: readonly TaskPair[];
  /** What the p value is multiplied by, for the cells that are decided on together. */
  readonly holmFactor: number;
  readonly limits: Margin;
}

/** All that the house knows of one limit; a part that is left out does not concern it. */
interface Declaration<N extends string, V extends LimitValue> {
  /** In records and config files, in camel case. */
  readonly name: N;
  readonly schema: z.ZodType<V>;
  /** Where the user names none; left out: then nothing is held against it. */
  readonly standard?: V;
  /** The same as it is typed, for help. */
  readonly standardText?: string;
  /** What its flag says in --help. */
  readonly help: string;
  /** Options of a run without which it measures nothing to hold against it. */
  readonly measuredBy?: readonly Need[];
  /** What may be typed, and what that comes to. */
  readonly typed: z.ZodType<V, string>;
  /** Which of two values asks for less: a config file may not loosen what a baseline file says. */
  readonly looser: 'larger' | 'smaller';
  /** Only the estimate is held against it, whatever its uncertainty. */
  readonly isPointThreshold?: boolean;
  /** A reference that has lost something itself shows no pass. */
  readonly needsOriginal?: boolean;
  /** As part of `drop under 5.00 points, …`. */
  readonly words?: (value: V, limits: Margin) => string;
  /** What one cell's plan tells already. */
  readonly refuseCell?: (value: V, cell: PlannedCell) => Refusal | undefined;
  /** What a run's plan tells already: the finished run would be refused. */
  readonly refusePlan?: (value: V, prospect: Prospect) => Refusal | undefined;
  /** What finished runs lack, so that a decision would rest on nothing. */
  readonly refuseSides?: (value: V, sides: Sides) => Refusal | undefined;
  /**
   * The verdict on completions, for limits on pass rates alone; monotone in every completion, so that the
   * best and the worst rest bound all others. Any other limit leaves a cell open that is stopped early.
   */
  readonly verdict?: (value: V, completions: SupposedCompletions) => GateVerdict;
  /** Throws a `RangeError` where there is nothing to hold: a limit that was asked for is never left out. */
  readonly check?: (value: V, context: CheckContext) => Finding;
  /** Why it cannot be held against a model's scores of a text, where there is no other record of it. */
  readonly refuseScores?: (value: V, scores: PerplexityCell) => Refusal | undefined;
  /** The same as `check`, where a model's scores of a text are all that there is. */
  readonly checkScores?: (value: V, scores: PerplexityCell) => Finding;
}

/** Parts of a declaration that hold for every value. */
type Constant =
  | 'name'
  | 'schema'
  | 'standard'
  | 'standardText'
  | 'help'
  | 'typed'
  | 'measuredBy'
  | 'isPointThreshold'
  | 'needsOriginal';

/** A limit as the gate goes through them: each part reads the limit's own value, and is silent without. */
export interface Limit<N extends string = string, V extends LimitValue = LimitValue>
  extends Pick<Declaration<N, V>, Constant> {
  /** Its flag: `--max-drop`. */
  readonly flag: string;
  /** True where the first ask for less than the second do. */
  readonly isLooser: (limits: GateLimits, than: GateLimits) => boolean;
  readonly words: (limits: GateLimits) => string | undefined;
  /** Each throws an `EvalkitError` that names the limit. */
  readonly refuseCell: (limits: GateLimits, cell: PlannedCell) => void;
  readonly refusePlan: (limits: GateLimits, prospect: Prospect) => void;
  readonly refuseSides: (limits: GateLimits, sides: Sides) => void;
  readonly verdict: (limits: GateLimits, completions: Supposed) => GateVerdict | undefined;
  readonly check: (limits: GateLimits, context: Checked) => Finding | undefined;
  readonly refuseScores: (limits: GateLimits, scores: PerplexityCell) => void;
  readonly checkScores: (limits: GateLimits, scores: PerplexityCell) => Finding | undefined;
  /** True where it is set and completions alone decide about it. */
  readonly isOnCompletions: (limits: GateLimits) => boolean;
  /** True where it is set and they do not: a run that stops early leaves it open. */
  readonly isOnMore: (limits: GateLimits) => boolean;
  /** True where a model's scores of a text are enough to hold it. */
  readonly isOnScores: boolean;
}
type Supposed = Omit<SupposedCompletions, 'limits'>;
type Checked = Omit<CheckContext, 'limits'>;

/** Makes a limit of what its file declares. */
export function defineLimit<const N extends string, V extends LimitValue>(
  declared: Declaration<N, V>,
): Limit<N, V> {
  const { name, schema, looser, words, verdict, check, checkScores } = declared;
  const flag = flagName(name);
  const withValue = <T>(limits: GateLimits, use: ((value: V) => T) | undefined): T | undefined => {
    const value = limits[name];
    return value === undefined || use === undefined ? undefined : use(schema.parse(value));
  };
  const refuse = <T>(find: ((value: V, what: T) => Refusal | undefined) | undefined) => {
    return (limits: GateLimits, what: T): void => {
      const found = withValue(limits, find && ((value) => find(value, what)));
      if (found !== undefined) {
        throw new EvalkitError(
          found.kind,
          about`${{ name }} ${String(limits[name])}: ${found.reason}`,
        );
      }
    };
  };
  return {
    ...declared,
    flag,
    isLooser: ({ [name]: is }, { [name]: was }) =>
      is !== undefined && was !== undefined && (looser === 'larger' ? is > was : is < was),
    words: (limits) => withValue(limits, words && ((value) => words(value, limits))),
    refuseCell: refuse(declared.refuseCell),
    refusePlan: refuse(declared.refusePlan),
    refuseSides: refuse(declared.refuseSides),
    verdict: (limits, completions) =>
      withValue(limits, verdict && ((value) => verdict(value, { ...completions, limits }))),
    check: (limits, context) =>
      withValue(limits, check && ((value) => check(value, { ...context, limits }))),
    refuseScores: refuse(declared.refuseScores),
    checkScores: (limits, scores) =>
      withValue(limits, checkScores && ((value) => checkScores(value, scores))),
    isOnScores: checkScores !== undefined,
    isOnCompletions: (limits) => limits[name] !== undefined && verdict !== undefined,
    isOnMore: (limits) =>
      limits[name] !== undefined && check !== undefined && verdict === undefined,
  };
}
