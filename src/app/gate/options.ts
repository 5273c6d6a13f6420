import { limitOptions } from '../../limits/index.ts';
import { about, joined } from '../../options/message.ts';
import { declareOptions, type Options } from '../../options/option.ts';
import { commandOptions, type OptionsOf } from '../../options/parse.ts';
import { flag, integerUpTo, text, texts } from '../../options/value-types.ts';
import { usageError } from '../../records/error.ts';
import { metricOption } from '../common-options.ts';
import { formatOptions, type ReportFormat } from '../../report/options.ts';

/** More than any data set has. */
const MOST_PLANNED_TASKS = 1_000_000;

const PLAN_FORMATS: readonly ReportFormat[] = ['terminal', 'md', 'json'];

const LENIENCE = 'only the command line may relax a gate';

/** Of a run that decides nothing. */
const DECIDED = [{ option: 'gate' }] as const;

/** Of a plan of a gate, which decides on no run. */
const UNPLANNED = { option: 'plan', isNot: true } as const;

/** What a decision takes, after a run or on an earlier one. */
export const gateDecisionOptions = {
  ...declareOptions('Gate', {
    baseline: {
      type: text,
      help: 'RUN, RUN#cell or a baseline file',
      defaultText: "the run's own reference cell",
      needs: DECIDED,
      reads: true,
      flagOnly: LENIENCE,
    },
    metric: {
      ...metricOption.metric,
      needs: DECIDED,
      flagOnly: LENIENCE,
    },
    allowLossyReference: {
      type: flag,
      help: 'Accept a pass against a quantized reference',
      default: false,
      needs: [...DECIDED, UNPLANNED],
      flagOnly: LENIENCE,
    },
    allowInconclusive: {
      type: flag,
      help: 'Exit with 0 if the gate is inconclusive',
      default: false,
      needs: [...DECIDED, UNPLANNED],
      flagOnly: LENIENCE,
    },
  }),
  ...limitOptions,
};

const ownOptions = declareOptions('Gate', {
  run: {
    type: text,
    positional: true,
    help: 'RUN or RUN#cell; none with --plan',
    needs: UNPLANNED,
  },
  plan: {
    type: flag,
    help: 'Only print which flips would pass',
    default: false,
    flagOnly: LENIENCE,
  },
  tasks: {
    type: integerUpTo(MOST_PLANNED_TASKS, 'more than any data set has'),
    help: 'Number of tasks that --plan assumes where there is no baseline',
    default: 164,
    needs: [
      { option: 'plan' },
      { option: 'baseline', unset: true, why: 'which says how many tasks there are' },
    ],
  },
  from: {
    type: text,
    help: 'With --plan: RUN of several samples, whose spread says which drop more of them would find',
    needs: { option: 'plan' },
    reads: true,
  },
  rule: {
    type: texts,
    help: 'An expression that must be true of every candidate; may be repeated',
    default: [],
    needs: UNPLANNED,
  },
  rules: {
    type: texts,
    help: 'A file whose exported functions must be true of every candidate; may be repeated',
    default: [],
    needs: UNPLANNED,
    reads: true,
  },
});

const outputOptions = {
  ...formatOptions,
  ...declareOptions('Output', {
    junit: {
      type: text,
      help: 'Also write the decision to this file as JUnit XML',
      writes: 'file',
    },
  }),
};

const options = { ...ownOptions, ...gateDecisionOptions, ...outputOptions };

/** What `evalkit gate` takes. */
export const gateOptions = commandOptions({
  config: 'section',
  options,
  check: (given) => {
    if (given.plan) {
      refuseBesidePlan(given);
    }
  },
});

/** The options of `evalkit gate`, checked, with defaults in place. */
export type GateOptions = OptionsOf<typeof gateOptions>;

/** A plan is not a decision: a pipeline that asks for one must not take its absence for a pass. */
function refuseBesidePlan({ format, output, junit }: Options<typeof options>): void {
  const asked = [
    output === undefined ? [] : [about`${options.output}`],
    junit === undefined ? [] : [about`${options.junit}`],
    PLAN_FORMATS.includes(format) ? [] : [about`${options.format} ${format}`],
  ].flat();
  if (asked.length > 0) {
    throw usageError(
      about`${options.plan} prints no decision, and only as ${PLAN_FORMATS.join(', ')}; leave out ${joined(asked, ' and ')}`,
    );
  }
}
