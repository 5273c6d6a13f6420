import { z } from 'zod';
import { usageError } from '../../records/error.ts';
import type { ConfigSection } from '../../options/config-file.ts';
import { type ConfiguredLimits, configuredLimits } from '../../limits/given.ts';
import { limitFields } from '../../limits/index.ts';
import { parseOptions, positiveInteger, texts } from '../../options/option-values.ts';
import { formatFields, type ReportFormat } from '../../options/report-formats.ts';

/** No data set that a model is asked is larger. */
const MOST_PLANNED_TASKS = 1_000_000;

const PLAN_FORMATS: readonly ReportFormat[] = ['terminal', 'md', 'json'];

/** Names and types of the options of `evalkit gate`. */
export const gateOptionsSchema = z.object({
  /** RUN or RUN#cell; only `--plan` does without. */
  run: z.string().min(1).optional(),
  /** RUN, RUN#cell or a baseline file; `undefined`: the run's own reference cell. */
  baseline: z.string().min(1).optional(),
  ...limitFields,
  allowLossyReference: z.boolean().default(false),
  allowInconclusive: z.boolean().default(false),
  /** Only tell which flips would pass. */
  plan: z.boolean().default(false),
  /** Tasks that `--plan` reckons with where there is no baseline. */
  tasks: positiveInteger
    .refine((tasks) => tasks <= MOST_PLANNED_TASKS, `is more than ${MOST_PLANNED_TASKS}`)
    .default(164),
  /** Expressions. */
  rule: texts.default([]),
  /** Paths of files of rules. */
  rules: texts.default([]),
  /** Where the decision also goes as JUnit XML. */
  junit: z.string().min(1).optional(),
  ...formatFields,
});

/** The options of `evalkit gate`, checked, with defaults in place. */
export type GateOptions = z.infer<typeof gateOptionsSchema> & {
  readonly configured?: ConfiguredLimits;
};

/** Checks the options of `evalkit gate` as typed. Throws a usage error for the first bad one. */
export function parseGateOptions(
  typed: Readonly<Record<string, unknown>>,
  section?: ConfigSection,
): GateOptions {
  const options = parseOptions(gateOptionsSchema, typed, section);
  if (options.plan) {
    refuseBesidePlan(options);
  }
  return section === undefined
    ? options
    : { ...options, configured: configuredLimits(typed, section) };
}

/** A plan is no decision: a pipeline that asks for one must not take its absence for a pass. */
function refuseBesidePlan({ format, output, junit }: GateOptions): void {
  const asked = [
    output === undefined ? [] : ['--output'],
    junit === undefined ? [] : ['--junit'],
    PLAN_FORMATS.includes(format) ? [] : [`--format ${format}`],
  ].flat();
  if (asked.length > 0) {
    throw usageError(
      `--plan decides on nothing and is printed as ${PLAN_FORMATS.join(', ')} alone; leave out ${asked.join(' and ')}`,
    );
  }
}
