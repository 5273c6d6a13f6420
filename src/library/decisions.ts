import { runCompare } from '../app/compare/run.ts';
import { runGate } from '../app/gate/run.ts';
import type { GivenLimits } from '../limits/given.ts';
import { limitProblem, STANDARD_LIMITS } from '../limits/index.ts';
import type { CompareReport } from '../records/comparison.ts';
import { usageError } from '../records/error.ts';
import type { GateReport } from '../records/gate.ts';
import type { GateLimits } from '../records/gate-limits.ts';
import { guarded, guardedAsync } from './guarded.ts';
import { here } from './place.ts';

/**
 * What candidates are held against: `maxDrop` and `confidence` as shares (0.05 is 5 percentage
 * points), and the other limits of `evalkit gate` by their names in a baseline file. What is left
 * out is the baseline file's, else the standard.
 *
 * @public
 */
export type Limits = Partial<GateLimits>;

/**
 * What is compared: each `RUN`, `RUN#cell` or, as the reference, a baseline file.
 *
 * @public
 */
export interface CompareOptions {
  readonly reference: string;
  /** Absent: the other cells of the reference's own run. */
  readonly candidate?: string;
  /** The part of the tests whose passes count, as `base`; absent: the headline. */
  readonly metric?: string;
  readonly limits?: Pick<Limits, 'maxDrop' | 'confidence'>;
}

/**
 * Compares cells over the same tasks, paired: what `evalkit compare --json` prints. Throws an
 * `EvalkitError` for what cannot be compared.
 *
 * @public
 */
export function compare({
  reference,
  candidate,
  metric,
  limits = {},
}: CompareOptions): CompareReport {
  return guarded(() => runCompare({ ...checked(limits), reference, candidate, metric }, here()));
}

/**
 * What is decided on.
 *
 * @public
 */
export interface GateOptions {
  /** `RUN` or `RUN#cell`. */
  readonly run: string;
  /** `RUN`, `RUN#cell` or a baseline file; absent: the run's own reference cell. */
  readonly baseline?: string;
  /** The part of the tests whose passes count, as `base`; absent: the headline. */
  readonly metric?: string;
  readonly limits?: Limits;
  /** Accept a pass against a quantized reference. */
  readonly allowLossyReference?: boolean;
}

/**
 * Decides on a run: what `evalkit gate --json` prints. A verdict of fail is a value; an
 * `EvalkitError` is thrown where there is none.
 *
 * @public
 */
export function gate(options: GateOptions): Promise<GateReport> {
  const { run, baseline, metric, limits = {}, allowLossyReference = false } = options;
  return guardedAsync(() =>
    runGate(
      run,
      { ...checked(limits), baseline, metric, allowLossyReference },
      { cwd: here(), ruled: () => Promise.resolve([]) },
    ),
  );
}

/** Limits by name, each with a value that it can have. */
function checked(limits: Limits): GivenLimits {
  const given = Object.entries(limits).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const problem = limitProblem({ ...STANDARD_LIMITS, ...Object.fromEntries(given) });
  if (problem !== undefined) {
    throw usageError(`${problem}; see docs/ci-gate.md`);
  }
  // Each by the schema of its name.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(given) as GivenLimits;
}
