import { about } from '../../options/message.ts';
import { join } from 'node:path';
import { writeOutput } from '../../files/write-output.ts';
import { metricIn } from '../../compare/metric.ts';
import { certainVerdict } from '../../gate/curtail.ts';
import { planGate } from '../../gate/plan.ts';
import { passPlan, spentVerdict } from '../../gate/spend.ts';
import type { TaskCount } from '../../metrics/pass-at-k.ts';
import type { PairedCounts } from '../../metrics/tango.ts';
import { plannedCandidates } from '../../gate/prospects.ts';
import { LIMITS } from '../../limits/index.ts';
import { limitsOf, onCompletions } from '../../limits/given.ts';
import { type HumanevalOptions, humanevalOptions } from './options.ts';
import type { StopRule } from '../../measures/measure.ts';
import { modeOfCell } from '../../modes/index.ts';
import { usageError } from '../../records/error.ts';
import type { GateLimits } from '../../records/gate-limits.ts';
import type { CellPlan, Plan } from '../../records/plan.ts';
import { render } from '../../report/index.ts';
import type { ReportFormat } from '../../report/options.ts';
import { deliver } from '../report-output.ts';
import { gateOutcome } from '../gate/outcome.ts';
import type { Host, Outcome } from '../host.ts';
import { type LoadedReference, loadReference, loadReferences } from '../gate/load-evidence.ts';
import { decideRun } from '../gate/decide-run.ts';

const { options: asked } = humanevalOptions;

/** A gate on one suite of a run that is not made yet. */
interface PlannedGate {
  readonly plan: Plan;
  readonly loaded: LoadedReference | undefined;
  readonly limits: GateLimits;
  readonly candidates: readonly CellPlan[];
  readonly metric: string | undefined;
}

/**
 * Checks, before any token is spent, that the gate of a run could decide and could pass, suite by suite;
 * returns what ends cells early under `--sequential`, for each plan. Weights that are not known
 * (`isKnown`: all are) may make a reference of any cell: then only what does not depend on them is checked.
 */
export function prepareGates(
  options: HumanevalOptions,
  plans: readonly Plan[],
  { cwd, isKnown }: Pick<Host, 'cwd'> & { readonly isKnown: boolean },
): (StopRule | undefined)[] {
  if (!options.gate) {
    return plans.map(() => undefined);
  }
  const references = plannedReferences(options, plans, cwd);
  const gates = plans.map((plan, index): PlannedGate => {
    const loaded = references[index];
    const all = limitsOf(options, loaded?.baseline?.limits);
    // Times and divergence are measured with the first suite alone.
    const limits = index === 0 ? all : onCompletions(all);
    planGate(limits, plan.dataset.total, 1);
    const hasKl = options.kl && options.perplexity !== false;
    const metric = metricOf(plan, options);
    const prospect = { plan, baseline: loaded?.evidence, limits, hasKl, metric };
    return { plan, loaded, limits, metric, candidates: isKnown ? plannedCandidates(prospect) : [] };
  });
  const family = gates.reduce((sum, { candidates }) => sum + candidates.length, 0);
  return gates.map((gate) =>
    options.sequential && isKnown ? stopRuleOf(options, gate, family) : undefined,
  );
}

/** The part of a plan's tests whose passes the gate counts. Throws a usage error for one they lack. */
function metricOf({ dataset }: Plan, { metric }: HumanevalOptions): string | undefined {
  const { suite, name, parts = [] } = dataset;
  return metricIn({ name: suite.name, title: name, parts }, metric);
}

/** What each plan's cells are held against; `undefined`: its own reference cell. */
function plannedReferences(
  { baseline, metric }: HumanevalOptions,
  plans: readonly Plan[],
  cwd: string,
): (LoadedReference | undefined)[] {
  if (baseline === undefined) {
    return plans.map(() => undefined);
  }
  if (plans.length === 1) {
    return [loadReference(baseline, { cwd, metric })];
  }
  const names = plans.map(({ dataset }) => dataset.suite.name);
  const loaded = loadReferences(baseline, names, { cwd, metric });
  return names.map((name) => loaded.get(name));
}

/** `family`: candidates over which p values are adjusted, those of all suites. */
function stopRuleOf(
  options: HumanevalOptions,
  { plan, loaded, limits, candidates, metric }: PlannedGate,
  family: number,
): StopRule {
  if (options.baseline === undefined || loaded === undefined) {
    throw usageError(
      about`${asked.sequential} compares completions with a baseline as they come; give ${asked.baseline} RUN or FILE`,
    );
  }
  const { evidence } = loaded;
  refuseOtherMeasures(limits);
  refuseUnfitBaseline(options.baseline, evidence, plan);
  // The run's cells come from its records: the same as the plan's, and yet other objects.
  const ids = new Set(candidates.map(({ id }) => id));
  const { name, recordsSha256, counts: reference } = evidence;
  const known = { limits, baseline: { name, recordsSha256 } };
  if (options.spendError) {
    refuseOthersThanDrop(limits);
    let passes: number[] | undefined;
    return {
      metric,
      spends: true,
      certain: (cell, judged, { planned, taken }) => {
        const looks = planned.slice(0, taken).map((tasks) => flipsAmong(reference, judged, tasks));
        passes ??= passPlan(planned, limits);
        const spending = { looks, tasks: reference.size, passes, limits, cells: family };
        const verdict = ids.has(cell.id) ? spentVerdict(spending) : undefined;
        return verdict === undefined
          ? undefined
          : { verdict, ...known, spending: { planned: [...planned], looks } };
      },
    };
  }
  return {
    metric,
    certain: (cell, judged) => {
      const verdict = ids.has(cell.id)
        ? certainVerdict({ reference, candidate: judged, samples: 1, limits, cells: family })
        : undefined;
      return verdict === undefined ? undefined : { verdict, ...known };
    },
  };
}

/** Flips among the first so many tasks that were asked. */
function flipsAmong(
  reference: ReadonlyMap<string, TaskCount>,
  judged: ReadonlyMap<string, TaskCount>,
  tasks: number,
): PairedCounts {
  const flips = [...judged]
    .slice(0, tasks)
    .map(([taskId, { passed }]) => passed - (reference.get(taskId)?.passed ?? 0));
  return {
    pairs: flips.length,
    lost: flips.filter((flip) => flip < 0).length,
    gained: flips.filter((flip) => flip > 0).length,
  };
}

function refuseOthersThanDrop(limits: GateLimits): void {
  const named = LIMITS.filter(
    (limit) => limit.name !== 'maxDrop' && limit.isOnCompletions(limits),
  ).map(({ flag }) => flag);
  if (named.length > 0) {
    throw usageError(
      about`${asked.spendError} plans the error of a drop alone, and ${named.join(' and ')} would be held against a part of the tasks; leave out ${asked.spendError}`,
    );
  }
}

function refuseOtherMeasures(limits: GateLimits): void {
  const named = LIMITS.filter(({ isOnMore }) => isOnMore(limits)).map(({ flag }) => flag);
  if (named.length > 0) {
    throw usageError(
      about`${asked.sequential}: ${named.join(' and ')} cannot be decided by a run that stops early; leave out ${asked.sequential}`,
    );
  }
}

function refuseUnfitBaseline(
  text: string,
  evidence: LoadedReference['evidence'],
  plan: Plan,
): void {
  const { taskIds, sha256, total } = plan.dataset;
  const isWhole = taskIds.length === total && evidence.counts.size === total;
  if (evidence.dataset.sha256 !== sha256 || !isWhole) {
    throw usageError(
      about`${asked.baseline} ${text} and this run do not have all of the same tasks: ${evidence.counts.size} in the baseline, ${taskIds.length} of ${total} in this run; ${asked.sequential} needs whole data sets`,
    );
  }
  const sampled = plan.cells.find((cell) => modeOfCell(cell).draws);
  const drawn = evidence.cell !== undefined && modeOfCell(evidence.cell).draws;
  if (sampled !== undefined || drawn || evidence.samples !== 1) {
    throw usageError(
      about`${asked.sequential}: ${sampled?.id ?? evidence.id} draws several samples a task; ${asked.sequential} needs one completion a task`,
    );
  }
}

/** Formats in which a decision may stand behind the report; of another, stdout holds one document. */
const FOLLOWING: readonly ReportFormat[] = ['terminal', 'md', 'github'];

/**
 * Decides on a finished run: prints the decision, or writes it as gate.json where the report's format
 * lets nothing stand behind it.
 */
export async function gateFinishedRun(
  folder: string,
  options: HumanevalOptions,
  host: Host,
): Promise<Outcome> {
  const { decision, rendition } = await decideRun(folder, options, {
    cwd: host.cwd,
    ruled: () => Promise.resolve([]),
  });
  const format = options.json ? 'json' : options.format;
  if (!FOLLOWING.includes(format)) {
    const { text } = await render(rendition, 'json');
    await writeOutput(join(folder, 'gate.json'), text);
  } else {
    const { text, ...rest } = await render(rendition, format);
    await deliver(host, { ...rest, text: `\n${text}` }, undefined);
  }
  return gateOutcome(decision, options.allowInconclusive, host);
}
